import type { Settings } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { forbidden, notFound } from '#platform/errors.ts'
import { DEFAULT_DOMAIN } from '../bootstrap/operations.ts'
import { notFoundIn } from '../errors.ts'
import { findProject } from '../projects/store.ts'
import { checkName, checkUpdate, DEFAULTS, isSecret, optionsOf } from './rules.ts'
import { type DomainConfigStore, type Option, removeDomainConfig } from './store.ts'

export type { DomainConfigStore } from './store.ts'

/** `{ group: { option: value } }`, or `{ option: value }` where one option was asked for. */
export type Config = Readonly<Record<string, unknown>>

async function checkDomain(ctx: Ctx, id: string): Promise<void> {
  if (!(await findProject(ctx, id))?.isDomain) throw notFoundIn('domain', id)
}

/** What may be shown of a domain's settings. @throws forbidden (no such setting), notFound (domain, or nothing is set) */
export async function getDomainConfig(
  ctx: Ctx,
  store: DomainConfigStore,
  domainId: string,
  group?: string,
  option?: string,
): Promise<Config> {
  await checkDomain(ctx, domainId)
  checkName(group, option)
  const options = (await store.list(ctx, domainId)).filter(
    (row) => fits(row, group, option) && !isSecret(row.group, row.option),
  )
  if (options.length === 0) throw nothing(domainId, group, option)
  return toConfig(options, option)
}

const fits = (row: Option, group?: string, option?: string): boolean =>
  (group === undefined || row.group === group) && (option === undefined || row.option === option)

function toConfig(options: readonly Option[], wanted?: string): Config {
  if (wanted !== undefined) return { [wanted]: options[0]?.value }
  const groups = Map.groupBy(options, ({ group }) => group)
  return Object.fromEntries(
    [...groups].map(([group, rows]) => [group, Object.fromEntries(rows.map(({ option, value }) => [option, value]))]),
  )
}

function nothing(domainId: string, group?: string, option?: string) {
  const what =
    group === undefined ? 'any options' : option === undefined ? `group ${group}` : `option ${option} in group ${group}`
  return notFound(`Could not find ${what} in domain configuration for domain ${domainId}.`)
}

/** Puts settings in the place of all there are. `created`: there were none. @throws notFound, forbidden */
export async function createDomainConfig(
  ctx: Ctx,
  store: DomainConfigStore,
  domainId: string,
  config: Config,
): Promise<{ readonly config: Config; readonly created: boolean }> {
  await checkDomain(ctx, domainId)
  const options = optionsOf(config)
  return inTransaction(ctx, async (tx) => {
    const before = await store.list(tx, domainId)
    await removeDomainConfig(tx, domainId)
    await store.save(tx, domainId, options)
    return { config: toConfig(options.filter((row) => !isSecret(row.group, row.option))), created: before.length === 0 }
  })
}

/** Changes the settings the body names: those of one group or option only, where the path names one. @throws notFound, forbidden */
export async function updateDomainConfig(
  ctx: Ctx,
  store: DomainConfigStore,
  domainId: string,
  body: Config,
  group?: string,
  option?: string,
): Promise<Config> {
  await checkDomain(ctx, domainId)
  const config = group !== undefined && option !== undefined ? { [group]: body } : body
  const options = optionsOf(config)
  checkName(group, option)
  if (group !== undefined) checkUpdate(config, group, option)
  await inTransaction(ctx, async (tx) => {
    const before = await store.list(tx, domainId)
    if (group !== undefined && !before.some((row) => fits(row, group, option))) throw nothing(domainId, group, option)
    await store.save(tx, domainId, options)
  })
  return getDomainConfig(ctx, store, domainId)
}

/** @throws notFound, forbidden (no such setting) */
export async function deleteDomainConfig(
  ctx: Ctx,
  store: DomainConfigStore,
  domainId: string,
  group?: string,
  option?: string,
): Promise<void> {
  await checkDomain(ctx, domainId)
  checkName(group, option)
  if (group !== undefined && !(await store.list(ctx, domainId)).some((row) => fits(row, group, option))) {
    throw nothing(domainId, group, option)
  }
  await removeDomainConfig(ctx, domainId, group, option)
}

/** What holds where a domain sets nothing. @throws forbidden (no such setting) */
export function getDefaultConfig(group?: string, option?: string): Config {
  checkName(group, option)
  if (group === undefined) return DEFAULTS
  const options = DEFAULTS[group] ?? {}
  return option === undefined ? { [group]: options } : { [option]: options[option] }
}

/** What passwords must look like, for whoever sets one. @throws forbidden */
export function getPasswordRules(
  compliance: Settings['security_compliance'],
  domainId: string,
  option?: string,
): Config {
  if (domainId !== DEFAULT_DOMAIN) {
    throw forbidden(
      'Invalid domain specific configuration: Reading security compliance information for any domain other than the default domain is not allowed or supported..',
    )
  }
  const { password_regex: pattern, password_regex_description: words } = compliance
  const rules: Config = { password_regex: pattern || null, password_regex_description: words || null }
  if (option === undefined) return { security_compliance: rules }
  if (!(option in rules)) {
    throw forbidden(
      'Invalid domain specific configuration: Reading security compliance values other than password_regex and password_regex_description is not allowed..',
    )
  }
  return { [option]: rules[option] }
}
