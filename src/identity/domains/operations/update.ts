import type { Ctx } from '#platform/context.ts'
import { notFoundIn } from '../../errors.ts'
import { refuseFederatedName } from '../../projects/operations/create.ts'
import { change } from '../../projects/operations/update.ts'
import { findProject, type Project } from '../../projects/store.ts'
import type { UpdateDomain } from '../schemas.ts'
import { getDomain } from './read.ts'

/**
 * Changes what the body names and keeps the rest. A disabled domain ends every token of its users and projects.
 * @throws notFound, forbidden (rule, immutable), badRequest, conflict
 */
export async function updateDomain(ctx: Ctx, id: string, body: UpdateDomain): Promise<Project> {
  // As Keystone: whoever has a token may know that there is no such domain.
  if (!(await findProject(ctx, id))?.isDomain) throw notFoundIn('domain', id)
  const old = await getDomain(ctx, id, 'identity:update_domain')
  if (body.name !== undefined) refuseFederatedName({ id, name: body.name })
  return change(ctx, old, body, 'domain')
}
