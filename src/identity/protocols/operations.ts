import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { notFound } from '#platform/errors.ts'
import { conflictIn, validationError } from '../errors.ts'
import { removeFederatedUsersOf } from '../federation/operations/forget.ts'
import { checkId, getIdentityProvider } from '../identity-providers/operations.ts'
import { findMapping } from '../mappings/store.ts'
import type { CreateProtocol, UpdateProtocol } from './schemas.ts'
import * as store from './store.ts'

/** The protocols of a provider, at most 1,000; none of one that does not exist. */
export const listProtocols = (ctx: Ctx, idpId: string): Promise<store.Protocol[]> => store.listProtocols(ctx, idpId)

/** @throws notFound */
export async function getProtocol(ctx: Ctx, idpId: string, id: string): Promise<store.Protocol> {
  const protocol = await store.findProtocol(ctx, idpId, id)
  if (!protocol) throw notFound(`Could not find federated protocol ${id} for Identity Provider: ${idpId}.`)
  return protocol
}

/** @throws badRequest (mapping), notFound (provider), conflict */
export function createProtocol(ctx: Ctx, idpId: string, id: string, body: CreateProtocol): Promise<store.Protocol> {
  checkId(id)
  return inTransaction(ctx, async (tx) => {
    await checkMapping(tx, body.mapping_id)
    await getIdentityProvider(tx, idpId)
    const { mapping_id, remote_id_attribute = null } = body
    const protocol = { idp_id: idpId, id, mapping_id, remote_id_attribute }
    try {
      await store.insertProtocol(tx, protocol)
    } catch (error) {
      throw isUniqueViolation(error) ? conflictIn('federation_protocol', `Duplicate entry found with ID ${id}`) : error
    }
    return protocol
  })
}

/** @throws badRequest (mapping), notFound */
export function updateProtocol(ctx: Ctx, idpId: string, id: string, body: UpdateProtocol): Promise<store.Protocol> {
  return inTransaction(ctx, async (tx) => {
    await checkMapping(tx, body.mapping_id)
    const protocol = { ...(await getProtocol(tx, idpId, id)), ...body }
    await store.saveProtocol(tx, protocol)
    return protocol
  })
}

/** Deletes a protocol, and the users that came by it alone. @throws notFound */
export const deleteProtocol = (ctx: Ctx, idpId: string, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getProtocol(tx, idpId, id)
    await removeFederatedUsersOf(tx, idpId, id)
    await store.removeProtocol(tx, idpId, id)
  })

async function checkMapping(ctx: Ctx, id: string): Promise<void> {
  if (!(await findMapping(ctx, id))) throw validationError(`Invalid mapping id: ${id}`)
}
