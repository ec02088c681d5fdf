import type { Ctx } from '#platform/context.ts'
import { removeApplicationCredentialsIn } from '../../application-credentials/store.ts'
import { removeAssignmentsOn } from '../../assignments/store.ts'
import { removeCredentialsIn } from '../../credentials/store.ts'
import { removeEndpointFilters } from '../../endpoint-groups/store.ts'
import { removeLimitsOf } from '../../limits/store.ts'
import { removeAccessTokensIn } from '../../oauth1/store.ts'
import { revokeProject } from '../../revocations/operations.ts'
import { removeTrustsIn } from '../../trusts/store.ts'
import { forgetDefaultProject } from '../../users/store.ts'
import * as store from '../store.ts'

/** Removes projects and all that names them in identity. */
export async function removeProjectsWithTraces(ctx: Ctx, ids: readonly string[]): Promise<void> {
  await removeAssignmentsOn(ctx, ids)
  await forgetDefaultProject(ctx, ids)
  await removeTrustsIn(ctx, ids)
  await removeEndpointFilters(ctx, { projectIds: ids })
  await removeLimitsOf(ctx, ids)
  await removeCredentialsIn(ctx, ids)
  await removeAccessTokensIn(ctx, ids)
  for (const id of ids) await removeApplicationCredentialsIn(ctx, id)
  for (const id of ids) await revokeProject(ctx, id)
  await store.removeProjects(ctx, ids)
}
