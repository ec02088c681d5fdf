import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { forbidden } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { flagOf, mergeOptions, otherAttributes } from '../../attributes.ts'
import { DEFAULT_DOMAIN } from '../../bootstrap/operations.ts'
import { conflictIn, validationError } from '../../errors.ts'
import { levelsOf } from '../rules.ts'
import type { LimitModel } from '../../limits/rules.ts'
import type { CreateProject } from '../schemas.ts'
import * as store from '../store.ts'

export const projectColumns: ReadonlySet<string> = new Set([
  'id',
  'name',
  'domain_id',
  'description',
  'enabled',
  'parent_id',
  'is_domain',
  'tags',
  'options',
  'links',
])

/**
 * Creates a project, or a domain where the body says `is_domain`.
 * @throws badRequest (domain, parent), conflict (name), forbidden (too deep a tree, or the rule)
 */
export function createProject(ctx: Ctx, model: LimitModel, body: CreateProject): Promise<store.Project> {
  ctx.authorize('identity:create_project', { target: { project: body } })
  return inTransaction(ctx, async (tx) => {
    const isDomain = flagOf(body.is_domain, false)
    const domainId = isDomain ? (body.domain_id ?? null) : (body.domain_id ?? ctx.caller.domainId ?? DEFAULT_DOMAIN)
    const parentId = body.parent_id ?? domainId
    if (isDomain && parentId !== null) throw validationError('only root projects are allowed to act as domains.')
    const project: store.Project = {
      id: newHexId(),
      domainId,
      name: body.name.trim(),
      description: body.description === undefined ? '' : body.description,
      enabled: flagOf(body.enabled, true),
      parentId,
      isDomain,
      options: mergeOptions({}, body.options ?? {}),
      extra: otherAttributes(body, projectColumns),
      tags: (body.tags ?? []).map((name) => name.trim()).sort(),
    }
    if (isDomain) refuseFederatedName(project)
    else await checkPlace(tx, model, project)
    await insert(tx, project)
    return project
  })
}

/** @throws conflict */
export async function insert(ctx: Ctx, project: store.Project): Promise<void> {
  try {
    await store.insertProject(ctx, project)
  } catch (error) {
    throw isUniqueViolation(error) ? nameTaken(project) : error
  }
}

export const nameTaken = ({ id, name, isDomain }: store.Project) =>
  conflictIn(
    'project',
    isDomain
      ? `it is not permitted to have two projects acting as domains with the same name: ${name}`
      : `it is not permitted to have two projects with either the same name or same id in the same domain: name is ${name}, project id ${id}`,
  )

/** The name that federated users' domain has in old clouds. */
export function refuseFederatedName({ id, name }: Pick<store.Project, 'id' | 'name'>): void {
  if (name.toLowerCase() === 'federated') throw validationError(`Domain cannot be named ${name}`)
  if (id.toLowerCase() === 'federated') throw validationError(`Domain cannot have ID ${id}`)
}

/** Domain and parent exist, belong together and are enabled up to the root, and the tree stays shallow enough. */
async function checkPlace(ctx: Ctx, model: LimitModel, project: store.Project): Promise<void> {
  const { domainId, parentId } = project
  const domain = await store.findProject(ctx, domainId ?? '')
  if (!domain?.isDomain) throw validationError(`Could not find domain: ${domainId}.`)
  const parent = await store.findProject(ctx, parentId ?? '')
  if (!parent) throw validationError(`Could not find project: ${parentId}.`)
  if (parent.isDomain && parent.id !== domain.id) {
    throw validationError(
      `Cannot create project, the parent (${parent.id}) is acting as a domain, but this project's domain id (${domain.id}) does not match the parent's id.`,
    )
  }
  if (!parent.isDomain && parent.domainId !== domain.id) {
    throw validationError(
      `Cannot create project, since it specifies its domain_id ${domain.id}, but specifies a parent in a different domain (${parent.domainId}).`,
    )
  }
  const above = [parent, ...(await store.listParents(ctx, parent))]
  const disabled = above.find(({ enabled }) => !enabled)
  if (disabled) {
    throw validationError(`cannot create a project in a branch containing a disabled project: ${disabled.id}`)
  }
  if (above.length > levelsOf(model)) throw forbidden(`Max hierarchy depth reached for ${parent.id} branch.`)
}
