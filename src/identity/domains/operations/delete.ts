import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { forbidden } from '#platform/errors.ts'
import { removeAssignmentsOfRoles, removeAssignmentsOn } from '../../assignments/store.ts'
import { isImmutable } from '../../attributes.ts'
import { removeMappings } from '../../directories/store.ts'
import { removeDomainConfig } from '../../domain-configs/store.ts'
import { immutableDelete } from '../../errors.ts'
import { listGroupIdsInDomain } from '../../groups/store.ts'
import { removeGroupWithTraces } from '../../groups/operations.ts'
import { removeIdentityProviderWithTraces } from '../../identity-providers/operations.ts'
import { listIdentityProviderIdsInDomain } from '../../identity-providers/store.ts'
import { removeLimitsOf } from '../../limits/store.ts'
import { removeProjectsWithTraces } from '../../projects/operations/remove.ts'
import { listProjectsInDomain, type Project, removeProjects } from '../../projects/store.ts'
import { listRoleIdsInDomain, removeRoles } from '../../roles/store.ts'
import { removeUserWithTraces } from '../../users/operations/delete.ts'
import { listUserIdsInDomain } from '../../users/store.ts'
import { getDomain } from './read.ts'

/** @throws notFound, forbidden (rule, immutable, enabled) */
export async function deleteDomain(ctx: Ctx, id: string): Promise<void> {
  return deleteDomainContents(ctx, await getDomain(ctx, id, 'identity:delete_domain'))
}

/**
 * Deletes a domain with its projects, users, groups and roles.
 * @throws forbidden (immutable, enabled)
 */
export async function deleteDomainContents(ctx: Ctx, domain: Project): Promise<void> {
  if (isImmutable(domain.options)) throw immutableDelete('domain', domain.id)
  if (domain.enabled) throw forbidden('Cannot delete a domain that is enabled, please disable it first.')
  await inTransaction(ctx, async (tx) => {
    const projects = await listProjectsInDomain(tx, domain.id)
    await removeProjectsWithTraces(
      tx,
      projects.map(({ id }) => id),
    )
    for (const id of await listIdentityProviderIdsInDomain(tx, domain.id))
      await removeIdentityProviderWithTraces(tx, id)
    for (const id of await listUserIdsInDomain(tx, domain.id)) await removeUserWithTraces(tx, id)
    for (const id of await listGroupIdsInDomain(tx, domain.id)) await removeGroupWithTraces(tx, id)
    const roles = await listRoleIdsInDomain(tx, domain.id)
    await removeAssignmentsOfRoles(tx, roles)
    await removeRoles(tx, roles)
    await removeAssignmentsOn(tx, [domain.id])
    await removeDomainConfig(tx, domain.id)
    await removeMappings(tx, { domainId: domain.id })
    await removeLimitsOf(tx, [domain.id])
    await removeProjects(tx, [domain.id])
  })
}
