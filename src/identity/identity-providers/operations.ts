import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { newHexId } from '#platform/ids.ts'
import { flagOf } from '../attributes.ts'
import { conflictIn, notFoundIn, validationError } from '../errors.ts'
import { removeFederatedUsersOf } from '../federation/operations/forget.ts'
import { cut, type ListQuery, pageOf } from '../lists.ts'
import { insert } from '../projects/operations/create.ts'
import { findProject } from '../projects/store.ts'
import { removeProtocolsOf } from '../protocols/store.ts'
import type { CreateIdentityProvider, UpdateIdentityProvider } from './schemas.ts'
import * as store from './store.ts'

const MOST_REMOTE_IDS = 1000

export async function listIdentityProviders(ctx: Ctx, query: ListQuery) {
  const page = pageOf(query, store.identityProviderFilters)
  return cut(await store.listIdentityProviders(ctx, page), page)
}

/** @throws notFound */
export async function getIdentityProvider(ctx: Ctx, id: string): Promise<store.IdentityProvider> {
  const provider = await store.findIdentityProvider(ctx, id)
  if (!provider) throw notFoundIn('Identity Provider', id)
  return provider
}

/**
 * Creates a provider, and a domain for its users where none is named.
 * @throws notFound (domain), conflict (id, remote ids), badRequest
 */
export function createIdentityProvider(
  ctx: Ctx,
  id: string,
  body: CreateIdentityProvider,
): Promise<store.IdentityProvider> {
  checkId(id)
  return inTransaction(ctx, async (tx) => {
    if (await store.findIdentityProvider(tx, id)) throw conflictIn('identity_provider', `Duplicate entry: ${id}`)
    const provider: store.IdentityProvider = {
      id,
      domainId: body.domain_id ? await domainOf(tx, body.domain_id) : await createDomain(tx, id),
      enabled: flagOf(body.enabled, false),
      description: body.description ?? null,
      authorizationTtl: body.authorization_ttl ?? null,
      remoteIds: await freeRemoteIds(tx, id, body.remote_ids),
    }
    await naming(provider, () => store.insertIdentityProvider(tx, provider))
    return provider
  })
}

/** Changes what the body names and keeps the rest; the domain stays. @throws notFound, conflict (remote ids), badRequest */
export function updateIdentityProvider(
  ctx: Ctx,
  id: string,
  body: UpdateIdentityProvider,
): Promise<store.IdentityProvider> {
  return inTransaction(ctx, async (tx) => {
    const old = await getIdentityProvider(tx, id)
    const provider: store.IdentityProvider = {
      ...old,
      enabled: flagOf(body.enabled, old.enabled),
      description: body.description === undefined ? old.description : body.description,
      authorizationTtl: body.authorization_ttl === undefined ? old.authorizationTtl : body.authorization_ttl,
      remoteIds: body.remote_ids === undefined ? old.remoteIds : await freeRemoteIds(tx, id, body.remote_ids),
    }
    await naming(provider, () => store.saveIdentityProvider(tx, provider))
    return provider
  })
}

/** Deletes a provider with its protocols, and the users that came from there alone. Its domain stays. @throws notFound */
export const deleteIdentityProvider = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getIdentityProvider(tx, id)
    await removeIdentityProviderWithTraces(tx, id)
  })

/** Removes a provider and all that names it in identity. */
export async function removeIdentityProviderWithTraces(ctx: Ctx, id: string): Promise<void> {
  await removeFederatedUsersOf(ctx, id)
  await removeProtocolsOf(ctx, id)
  await store.removeIdentityProvider(ctx, id)
}

/** @throws badRequest for an id that is too long to be kept */
export function checkId(id: string): void {
  if (id.length > 64) throw validationError(`The id ${id} is longer than 64 characters.`)
}

async function domainOf(ctx: Ctx, id: string): Promise<string> {
  if (!(await findProject(ctx, id))?.isDomain) throw notFoundIn('domain', id)
  return id
}

async function createDomain(ctx: Ctx, idpId: string): Promise<string> {
  const id = newHexId()
  await insert(ctx, {
    id,
    domainId: null,
    name: id,
    description: `Auto generated federated domain for Identity Provider: ${idpId}`,
    enabled: true,
    parentId: null,
    isDomain: true,
    options: {},
    extra: {},
    tags: [],
  })
  return id
}

/** @throws conflict where another provider has one of them */
async function freeRemoteIds(ctx: Ctx, id: string, given: readonly string[] | null | undefined): Promise<string[]> {
  const ids = [...(given ?? [])].sort()
  if (ids.length > MOST_REMOTE_IDS) throw validationError(`More than ${MOST_REMOTE_IDS} remote ids.`)
  const [taken] = await store.listTakenRemoteIds(ctx, ids, id)
  if (taken !== undefined) throw conflictIn('identity_provider', `Duplicate remote ID: ${taken}`)
  return ids
}

async function naming({ id }: store.IdentityProvider, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('identity_provider', `Duplicate entry: ${id}`) : error
  }
}
