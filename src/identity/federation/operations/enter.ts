// A login by a provider's word (keystone/auth/plugins/mapped.py): the mapping makes a user of it, who is remembered here as a shadow.

import type { Ctx } from '#platform/context.ts'
import { CloudError, forbidden, internal } from '#platform/errors.ts'
import { notAuthenticated, notFoundIn } from '../../errors.ts'
import { findGroupByName, listGroupsByIds } from '../../groups/store.ts'
import { getIdentityProvider } from '../../identity-providers/operations.ts'
import type { IdentityProvider } from '../../identity-providers/store.ts'
import { type DomainRef, rulesOf } from '../../mappings/grammar.ts'
import { getMapping } from '../../mappings/operations.ts'
import { applyMapping, type Assertion, type Mapped } from '../../mappings/rules.ts'
import { findDomainByName, findProject } from '../../projects/store.ts'
import { getProtocol } from '../../protocols/operations.ts'
import { findUser, findUserByName } from '../../users/store.ts'
import { type Newcomer, shadow } from './shadow.ts'

/** What the configuration says of federated logins. */
export type FederationSettings = {
  readonly default_authorization_ttl: number
  readonly remote_id_attribute: string
}

/** Who has come in; a local user comes without groups and provider. */
export type Entered = {
  readonly userId: string
  readonly groupIds: readonly string[] | null
  /** Whether anything of the cloud has changed by it. */
  readonly changed: boolean
}

/**
 * Lets in whom a provider sends.
 * @param remoteUser what the user is called where the mapping does not say
 * @throws notFound (provider, protocol, mapping), forbidden (a provider that is disabled or another one), unauthorized
 */
export async function enter(
  ctx: Ctx,
  settings: FederationSettings,
  idpId: string,
  protocolId: string,
  assertion: Assertion,
  remoteUser: string | undefined,
): Promise<Entered> {
  const provider = await getEnabledProvider(ctx, idpId)
  const mapped = await mapAssertion(ctx, settings, provider, protocolId, assertion)
  if (mapped.user.type === 'local') return { userId: await findLocal(ctx, mapped), groupIds: null, changed: false }
  const groupIds = await findGroups(ctx, mapped)
  const newcomer = await toNewcomer(ctx, provider, protocolId, mapped, groupIds, remoteUser)
  const { userId, changed } = await shadow(ctx, newcomer, settings.default_authorization_ttl)
  return { userId, groupIds, changed }
}

/** @throws notFound, forbidden where it is disabled */
export async function getEnabledProvider(ctx: Ctx, id: string): Promise<IdentityProvider> {
  const provider = await getIdentityProvider(ctx, id)
  if (!provider.enabled) throw forbidden(`Identity Provider ${id} is disabled`)
  return provider
}

/** A mapping that makes nobody of what the provider says is a login that fails. */
async function mapAssertion(
  ctx: Ctx,
  settings: FederationSettings,
  provider: IdentityProvider,
  protocolId: string,
  assertion: Assertion,
): Promise<Mapped & { readonly version: string }> {
  const protocol = await getProtocol(ctx, provider.id, protocolId)
  const mapping = await getMapping(ctx, protocol.mapping_id)
  checkRemoteId(ctx, provider, protocol.remote_id_attribute || settings.remote_id_attribute, assertion)
  try {
    const version = mapping.schema_version
    return { ...applyMapping(rulesOf(version, mapping.rules), version, assertion), version }
  } catch (error) {
    if (!(error instanceof CloudError) || error.status !== 400) throw error
    ctx.log.info({ mapping: mapping.id, reason: error.message }, 'a federated login was mapped to nobody')
    throw notAuthenticated(ctx.baseUrl)
  }
}

/** Whether it is this provider that speaks, where it is known what it calls itself. */
function checkRemoteId(ctx: Ctx, { remoteIds }: IdentityProvider, attribute: string, assertion: Assertion): void {
  if (attribute === '' || remoteIds.length === 0) return
  const remoteId = Object.hasOwn(assertion, attribute) ? assertion[attribute]?.join(';') : undefined
  if (remoteId === undefined) throw notAuthenticated(ctx.baseUrl)
  if (!remoteIds.includes(remoteId)) {
    throw forbidden('Incoming identity provider identifier not included among the accepted identifiers.')
  }
}

/** A user that exists here, by id or by name and domain. */
async function findLocal(ctx: Ctx, { user: { id, name, domain } }: Mapped): Promise<string> {
  const home = name === undefined ? undefined : domain && (await findDomain(ctx, domain))
  const user = name === undefined ? await findUser(ctx, id ?? '') : home && (await findUserByName(ctx, name, home))
  // Whether user and domain are enabled is looked at with every token.
  if (!user) throw notAuthenticated(ctx.baseUrl)
  return user.id
}

/** Ids of the groups: one by id must exist, one by name may be missing. */
async function findGroups(ctx: Ctx, { groupIds, groups }: Mapped): Promise<string[]> {
  const known = new Set((await listGroupsByIds(ctx, groupIds)).map(({ id }) => id))
  const missing = groupIds.find((id) => !known.has(id))
  if (missing !== undefined) throw broken(`Group ${missing} returned by the mapping was not found`)
  const domains = new Map<string, string>()
  for (const { name, domain } of groups) {
    const key = JSON.stringify(domain)
    const domainId = domains.get(key) ?? (await getDomain(ctx, domain))
    domains.set(key, domainId)
    const group = await findGroupByName(ctx, name, domainId)
    if (group) known.add(group.id)
  }
  return [...known].sort()
}

const broken = (reason: string) =>
  internal('An unexpected error prevented the server from fulfilling your request.', { cause: new Error(reason) })

/** The longest name and id that can be kept. */
const MOST_LETTERS = 255

async function toNewcomer(
  ctx: Ctx,
  provider: IdentityProvider,
  protocolId: string,
  { user, projects, version }: Mapped & { readonly version: string },
  groupIds: readonly string[],
  remoteUser: string | undefined,
): Promise<Newcomer> {
  const name = user.name || remoteUser || user.id
  const id = user.id || name
  if (!name || !id) throw notAuthenticated(ctx.baseUrl)
  const uniqueId = quote(id)
  if (name.length > MOST_LETTERS || uniqueId.length > MOST_LETTERS) throw notAuthenticated(ctx.baseUrl)
  const domainId = user.domain ? await getDomain(ctx, user.domain) : provider.domainId
  return {
    idpId: provider.id,
    protocolId,
    uniqueId,
    name,
    email: user.email || null,
    domainId,
    groupIds,
    projects: await Promise.all(
      projects.map(async (project) => ({
        ...project,
        domainId: project.domain ? await getDomain(ctx, project.domain) : provider.domainId,
      })),
    ),
    syncProjects: version === '3.0',
  }
}

/** Python's `urllib.parse.quote`. */
const quote = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

async function findDomain(ctx: Ctx, { id, name }: DomainRef): Promise<string | undefined> {
  const domain = id ? await findProject(ctx, id) : await findDomainByName(ctx, name ?? '')
  return domain?.isDomain ? domain.id : undefined
}

/** @throws notFound */
async function getDomain(ctx: Ctx, ref: DomainRef): Promise<string> {
  const id = await findDomain(ctx, ref)
  if (id === undefined) throw notFoundIn('domain', ref.id ?? ref.name ?? '')
  return id
}
