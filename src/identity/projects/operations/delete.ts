import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { forbidden } from '#platform/errors.ts'
import { isImmutable } from '../../attributes.ts'
import { deleteDomainContents } from '../../domains/operations/delete.ts'
import { immutableDelete } from '../../errors.ts'
import * as store from '../store.ts'
import { getProject } from './read.ts'
import { removeProjectsWithTraces } from './remove.ts'

/**
 * Deletes a project without children, or a disabled domain with all it holds.
 * @throws notFound, forbidden (rule, immutable, children, an enabled domain)
 */
export async function deleteProject(ctx: Ctx, id: string): Promise<void> {
  const project = await getProject(ctx, id, 'identity:delete_project')
  if (project.isDomain) return deleteDomainContents(ctx, project)
  if (isImmutable(project.options)) throw immutableDelete('project', id)
  await inTransaction(ctx, async (tx) => {
    if ((await store.listSubtree(tx, id)).length > 0) {
      throw forbidden(
        `Cannot delete the project ${id} since it is not a leaf in the hierarchy. Use the cascade option if you want to delete a whole subtree.`,
      )
    }
    await removeProjectsWithTraces(tx, [id])
  })
}
