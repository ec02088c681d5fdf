import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { forbidden } from '#platform/errors.ts'
import { flagOf, isImmutable, isOtherId, mergeOptions, otherAttributes } from '../../attributes.ts'
import { immutableUpdate, notFoundIn, validationError } from '../../errors.ts'
import { revokeDomain, revokeProject } from '../../revocations/operations.ts'
import { enabledAfter, mayUpdate } from '../rules.ts'
import type { UpdateProject } from '../schemas.ts'
import * as store from '../store.ts'
import { nameTaken, projectColumns } from './create.ts'
import { getProject } from './read.ts'

/**
 * Changes what the body names and keeps the rest.
 * @throws notFound, forbidden (immutable, children or parents in the wrong state, another parent), badRequest, conflict
 */
export async function updateProject(ctx: Ctx, id: string, body: UpdateProject): Promise<store.Project> {
  const old = await getProject(ctx, id, 'identity:update_project')
  if (isOtherId(body, id)) throw validationError('Cannot change ID')
  return change(ctx, old, body, old.isDomain ? 'domain' : 'project')
}

/** The change itself, without the rule: domains are changed by it as well. */
export function change(ctx: Ctx, old: store.Project, body: UpdateProject, type: string): Promise<store.Project> {
  return inTransaction(ctx, async (tx) => {
    if (!mayUpdate(old.options, body)) throw immutableUpdate(type, old.id)
    refuseFixed(old, body)
    const enabled = enabledAfter(old.enabled, body)
    if (enabled && !old.enabled) await refuseUnderDisabled(tx, old)
    if (!enabled && old.enabled) await disable(tx, old)
    const project: store.Project = {
      ...old,
      name: body.name?.trim() ?? old.name,
      description: body.description === undefined ? old.description : body.description,
      enabled,
      options: mergeOptions(old.options, body.options ?? {}),
      extra: { ...old.extra, ...otherAttributes(body, projectColumns) },
      tags: body.tags?.map((name) => name.trim()).sort() ?? old.tags,
    }
    await save(tx, project)
    return project
  })
}

async function save(ctx: Ctx, project: store.Project): Promise<void> {
  try {
    await store.saveProject(ctx, project)
  } catch (error) {
    throw isUniqueViolation(error) ? nameTaken(project) : error
  }
}

function refuseFixed(old: store.Project, body: UpdateProject): void {
  if (body.domain_id !== undefined && body.domain_id !== old.domainId) throw validationError('Cannot change Domain ID')
  if (body.parent_id !== undefined && body.parent_id !== old.parentId) {
    throw forbidden('Update of `parent_id` is not allowed.')
  }
  if (body.is_domain !== undefined && flagOf(body.is_domain, old.isDomain) !== old.isDomain) {
    throw validationError('Update of `is_domain` is not allowed.')
  }
}

async function refuseUnderDisabled(ctx: Ctx, project: store.Project): Promise<void> {
  if ((await store.listParents(ctx, project)).some(({ enabled }) => !enabled)) {
    throw forbidden(`Cannot enable project ${project.id} since it has disabled parents`)
  }
}

/** Tokens of a disabled project or domain stay dead when it is enabled again. */
async function disable(ctx: Ctx, project: store.Project): Promise<void> {
  if (project.isDomain) return revokeDomain(ctx, project.id)
  if ((await store.listSubtree(ctx, project.id)).some(({ enabled }) => enabled)) {
    throw forbidden(`Cannot disable project ${project.id} since its subtree contains enabled projects.`)
  }
  return revokeProject(ctx, project.id)
}

/** A project's tags, by the rule. @throws notFound, forbidden */
export const listTags = async (ctx: Ctx, id: string): Promise<readonly string[]> =>
  (await getProject(ctx, id, 'identity:list_project_tags')).tags

/** @throws notFound (project or tag), forbidden */
export async function checkTag(ctx: Ctx, id: string, tag: string): Promise<void> {
  const { tags } = await getProject(ctx, id, 'identity:get_project_tag')
  if (!tags.includes(tag)) throw notFoundIn('project tag', tag)
}

/** Puts the given tags in the place of all there are. @throws notFound, forbidden (rule, immutable) */
export function replaceTags(
  ctx: Ctx,
  id: string,
  tags: readonly string[],
  rule = 'identity:update_project_tags',
): Promise<readonly string[]> {
  return changeTags(ctx, id, rule, 'update', () => tags.map((tag) => tag.trim()))
}

/** @throws notFound, forbidden (rule, immutable), badRequest (more than 80) */
export async function addTag(ctx: Ctx, id: string, tag: string): Promise<void> {
  if (!/^[^,/]{1,255}$/.test(tag)) throw validationError(`${pythonRepr(tag)} does not match '^[^,/]*$'`)
  await changeTags(ctx, id, 'identity:create_project_tag', 'create', (tags) => {
    if (tags.includes(tag)) throw validationError(`${pythonRepr([...tags, tag])} has non-unique elements`)
    if (tags.length >= 80) throw validationError(`Invalid input for field 'tags': too long`)
    return [...tags, tag.trim()]
  })
}

/** @throws notFound (project or tag), forbidden (rule, immutable) */
export async function removeTag(ctx: Ctx, id: string, tag: string): Promise<void> {
  await changeTags(ctx, id, 'identity:delete_project_tag', 'delete', (tags) => {
    if (!tags.includes(tag)) throw notFoundIn('project tag', tag)
    return tags.filter((name) => name !== tag)
  })
}

async function changeTags(
  ctx: Ctx,
  id: string,
  rule: string,
  verb: string,
  update: (tags: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  return inTransaction(ctx, async (tx) => {
    const project = await getProject(tx, id, rule)
    if (isImmutable(project.options)) {
      throw forbidden(
        `Cannot ${verb} project tags for ${id}, project is immutable. Set "immutable" option to false before creating project tags.`,
      )
    }
    const tags = [...new Set(update(project.tags))].sort()
    await store.saveProject(tx, { ...project, tags })
    return tags
  })
}
