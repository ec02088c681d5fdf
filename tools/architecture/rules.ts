// The import laws, file names and sizes of ARCHITECTURE.md, as one pure function over the sources: a planted violation must be found.

/** Path below the repository, and content. */
export type Source = { readonly path: string; readonly text: string }

/** Services and the services whose door each may use: their dependency order. */
const doors: Readonly<Record<string, readonly string[]>> = {
  identity: [],
  image: ['identity'],
  placement: ['identity'],
  'block-storage': ['identity', 'image', 'placement'],
  network: ['identity', 'placement'],
  compute: ['identity', 'image', 'placement', 'block-storage', 'network'],
  orchestration: ['identity', 'image', 'placement', 'block-storage', 'network', 'compute', 'object-store'],
  'object-store': ['identity'],
}
const tablePrefix = (service: string): string => `${service.replaceAll('-', '_')}_`

/** Folder names that say nothing of what is inside. */
const emptyNames = /^(utils?|helpers?|common|managers?|base|misc|shared)$/
const maxLines = 300
const maxTestLines = 500

/** Everything in the sources that breaks a law, a line each. */
export function violations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...nameViolations(source),
    ...sizeViolations(source),
    ...importViolations(source),
    ...tableViolations(source),
  ])
}

const isTest = (path: string): boolean => /\.(test|contract|testing)\.ts$/.test(path) || path.includes('/testing/')
const serviceOf = (path: string): string | undefined => {
  const [, folder] = /^src\/([\w-]+)\//.exec(path) ?? []
  return folder !== undefined && folder in doors ? folder : undefined
}

function nameViolations({ path }: Source): string[] {
  const parts = path.split('/').map((part) => part.replace(/(\.(test|real|contract|testing|d))*\.ts$/, ''))
  return [
    ...parts.filter((part) => emptyNames.test(part)).map((part) => `${path}: the name "${part}" says nothing`),
    ...(parts.every((part) => /^[a-z0-9][a-z0-9.-]*$/.test(part)) ? [] : [`${path}: names are kebab-case`]),
  ]
}

function sizeViolations({ path, text }: Source): string[] {
  const lines = text.split('\n').length
  const limit = isTest(path) ? maxTestLines : maxLines
  return lines > limit ? [`${path}: ${lines} lines, more than ${limit}: make it a folder of the same name`] : []
}

type Import = { readonly target: string; readonly typeOnly: boolean }

/** Imports with `#` names and relative paths made paths below the repository. */
export function importsOf({ path, text }: Source): Import[] {
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)
  return [...found].map((match) => ({
    target: resolve(path, match[2] ?? match[3] ?? ''),
    typeOnly: match[1] !== undefined,
  }))
}

function resolve(from: string, name: string): string {
  if (name.startsWith('#')) return `src/${name.slice(1)}`
  if (!name.startsWith('.')) return name
  const parts = from.split('/').slice(0, -1)
  for (const part of name.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

const ioModules = /^node:(fs|net|http|https|child_process|dgram|tls|dns|worker_threads)/

function importViolations(source: Source): string[] {
  const { path } = source
  if (!path.startsWith('src/')) return []
  const service = serviceOf(path)
  const file = path.split('/').at(-1) ?? ''
  const no = (why: string, { target }: Import) => `${path}: ${why} (${target})`
  const found: string[] = []
  for (const used of importsOf(source)) {
    const other = serviceOf(used.target)
    if (/^src\/(platform|lib)\//.test(path)) {
      if (other) found.push(no('platform and lib know no service', used))
      if (path.startsWith('src/lib/') && used.target.startsWith('src/platform/') && !isTest(path))
        found.push(no('lib knows no platform', used))
    }
    if (isTest(path)) continue
    if (service && other && other !== service) {
      if (!used.target.endsWith('/service.ts')) found.push(no('a service is reached through its service.ts only', used))
      if (!doors[service]?.includes(other)) found.push(no(`${service} comes before ${other}`, used))
    }
    if (service && used.target.startsWith('src/agent/')) found.push(no('services do not know the agent', used))
    if (service && file === 'routes.ts' && /\/store(\.ts|\/)/.test(used.target))
      found.push(no('routes never import a store', used))
    if (path.includes('/drivers/') && /\/store(\.ts|\/)/.test(used.target))
      found.push(no('drivers never import a store', used))
    if (path.startsWith('src/agent/') && used.target.startsWith('src/platform/db/'))
      found.push(no('the agent has no database', used))
    if (/^(rules|schemas|policy|view)\.ts$/.test(file) && ioModules.test(used.target))
      found.push(no('pure files do no I/O', used))
    if (
      /^(rules|schemas|policy)\.ts$/.test(file) &&
      service &&
      !used.typeOnly &&
      /\/store(\.ts|\/)/.test(used.target)
    ) {
      found.push(no('pure files read no store', used))
    }
  }
  return found
}

function tableViolations({ path, text }: Source): string[] {
  const service = serviceOf(path)
  if (!service || isTest(path)) return []
  const uses = text.matchAll(/\.(?:selectFrom|insertInto|updateTable|deleteFrom|innerJoin|leftJoin)\(\s*\[?'(\w+)/g)
  return [...uses]
    .map((match) => match[1] ?? '')
    .filter((table) => /_/.test(table) && !table.startsWith(tablePrefix(service)))
    .map((table) => `${path}: ${service} uses a table of another (${table})`)
}
