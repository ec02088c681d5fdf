// Tables about the program, made from the program: routes, rules, long work, tables, configuration. Pure but for the schema of an empty database.
import type { TSchema } from 'typebox'
import { settingsSchema } from '#platform/config.ts'
import type { Service } from '#platform/http/service.ts'

/** Name of a file in docs/generated, and its content. */
export type Document = { readonly name: string; readonly text: string }

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

const note = 'Made by `npm run gen`; a test compares it with the program.'

/** Every route with the rule that decides. */
function routes(services: readonly Service[]): Document {
  const parts = services.map(({ api }) => {
    const rows = api.routes.map((row) => [
      row.method,
      `\`${row.path}\``,
      String(row.status),
      row.open ? 'nobody is asked' : (row.policy ?? 'any token'),
      row.since === undefined && row.until === undefined ? '' : `${row.since ?? ''}–${row.until ?? ''}`,
    ])
    return `## ${api.type} (${api.name}, port ${api.port})\n\n${table(['method', 'path', 'status', 'rule', 'versions'], rows)}`
  })
  return { name: 'routes.md', text: `# Routes\n\n${note}\n\n${parts.join('\n\n')}\n` }
}

/** Every rule with its default. */
function rules(services: readonly Service[]): Document {
  const parts = services.map(({ api, rules: list }) => {
    const rows = list.map((rule) => [
      `\`${rule.name}\``,
      rule.check === '' ? 'everybody' : `\`${rule.check}\``,
      (rule.scopes ?? ['any']).join(', '),
      rule.description,
    ])
    return `## ${api.type}\n\n${table(['rule', 'default', 'scopes', 'what for'], rows)}`
  })
  return {
    name: 'policies.md',
    text: `# Rules\n\n${note} Override any of them in a \`policy.yaml\` (key \`policy_files\`).\n\n${parts.join('\n\n')}\n`,
  }
}

/** Sagas with their steps, and reconcilers. */
function work(services: readonly Service[]): Document {
  const sagas = services.flatMap((service) =>
    service.sagas.map((saga) => [
      saga.name,
      String(saga.version),
      saga.steps.join(' → '),
      saga.cancellable ? 'yes' : '',
    ]),
  )
  const reconcilers = services.flatMap((service) =>
    service.reconcilers.map(({ name, everyMs }) => [name, `${everyMs / 1000} s`]),
  )
  return {
    name: 'work.md',
    text: `# Long work\n\n${note}\n\n## Sagas\n\n${table(['name', 'version', 'steps', 'can be cancelled'], sagas)}\n\n## Reconcilers\n\n${table(['name', 'every'], reconcilers)}\n`,
  }
}

type Described = TSchema & {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, TSchema>>
}

/** Every key of config.yaml. */
function configuration(): Document {
  const rowsOf = (schema: Described, prefix: string): string[][] =>
    Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
      const described: Described = value
      if (described.properties) return rowsOf(described, `${prefix}${key}.`)
      return [[`\`${prefix}${key}\``, `\`${JSON.stringify(described.default)}\``, described.description ?? '']]
    })
  return {
    name: 'configuration.md',
    text: `# Configuration\n\n${note} All keys of \`config.yaml\` in the state directory; every one may be left out.\n\n${table(['key', 'default', 'meaning'], rowsOf(settingsSchema, ''))}\n`,
  }
}

/** All documents. */
export const documents = (services: readonly Service[]): Document[] => [
  routes(services),
  rules(services),
  work(services),
  configuration(),
]
