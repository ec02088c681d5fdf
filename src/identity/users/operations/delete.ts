import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { removeApplicationCredentialsOfUser } from '../../application-credentials/store.ts'
import { removeAssignmentsOfActor } from '../../assignments/store.ts'
import type { Directories } from '../../directories/operations.ts'
import { removeCredentialsOfUser } from '../../credentials/store.ts'
import { removeFederatedUsersOfUser, removeVerifiedMembershipsBy } from '../../federation/store.ts'
import { removeMembershipsOfUser } from '../../groups/store.ts'
import { removeAccessTokensOfUser } from '../../oauth1/store.ts'
import { removeTrustsOfUser } from '../../trusts/store.ts'
import * as store from '../store.ts'
import { getUser } from './read.ts'

/** @throws notFound, forbidden */
export const deleteUser = (ctx: Ctx, directories: Directories, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    const { domainId } = await getUser(tx, id, 'identity:delete_user')
    await directories.refuseWrite(tx, domainId)
    await removeUserWithTraces(tx, id)
  })

/** Removes a user and all that names it in identity. */
export async function removeUserWithTraces(ctx: Ctx, id: string): Promise<void> {
  await removeAssignmentsOfActor(ctx, 'user', id)
  await removeApplicationCredentialsOfUser(ctx, id)
  await removeTrustsOfUser(ctx, id)
  await removeCredentialsOfUser(ctx, id)
  await removeAccessTokensOfUser(ctx, id)
  await removeMembershipsOfUser(ctx, id)
  await removeVerifiedMembershipsBy(ctx, 'user_id', id)
  await removeFederatedUsersOfUser(ctx, id)
  await store.removeUser(ctx, id)
}
