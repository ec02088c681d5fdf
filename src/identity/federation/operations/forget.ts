import type { Ctx } from '#platform/context.ts'
import { removeUserWithTraces } from '../../users/operations/delete.ts'
import { listUnknownUsers, removeFederatedUsers, removeVerifiedMembershipsBy } from '../store.ts'

/** Users looked for at once: a database takes a bounded number of parameters. */
const AT_ONCE = 500

/** Forgets what a provider knows, by one protocol or by all, and removes the users whom nobody else knows. */
export async function removeFederatedUsersOf(ctx: Ctx, idpId: string, protocolId?: string): Promise<void> {
  const known = await removeFederatedUsers(ctx, idpId, protocolId)
  if (protocolId === undefined) await removeVerifiedMembershipsBy(ctx, 'idp_id', idpId)
  for (let start = 0; start < known.length; start += AT_ONCE) {
    for (const id of await listUnknownUsers(ctx, known.slice(start, start + AT_ONCE))) {
      await removeUserWithTraces(ctx, id)
    }
  }
}
