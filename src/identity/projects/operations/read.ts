import type { Ctx } from '#platform/context.ts'
import { isPresent } from '../../attributes.ts'
import { notFoundIn, validationError } from '../../errors.ts'
import { cut, lastOf, type ListQuery, pageOf } from '../../lists.ts'
import { listProjectsOfUser } from '../../scopes/operations.ts'
import { type IdTree, parentsAsIds, subtreeAsIds } from '../rules.ts'
import * as store from '../store.ts'
import { projectTarget } from '../view.ts'

/**
 * A project the caller may look at, or change, by the rule.
 * @throws notFound, forbidden
 */
export async function getProject(ctx: Ctx, id: string, rule = 'identity:get_project'): Promise<store.Project> {
  const project = await store.findProject(ctx, id)
  ctx.authorize(rule, project ? { target: { project: projectTarget(project) } } : {})
  if (!project) throw notFoundIn('project', id)
  return project
}

/** A project with what the query asks for of the tree around it. */
export type Relatives = {
  readonly project: store.Project
  readonly parents?: readonly store.Project[] | IdTree | null
  readonly subtree?: readonly store.Project[] | IdTree | null
}

/** @throws notFound, forbidden, badRequest (two forms of the same at once) */
export async function getProjectWithRelatives(ctx: Ctx, id: string, query: ListQuery): Promise<Relatives> {
  const project = await getProject(ctx, id)
  const asked = (name: string) => isPresent(query[name])
  for (const side of ['parents', 'subtree']) {
    if (asked(`${side}_as_list`) && asked(`${side}_as_ids`)) {
      throw validationError(`Cannot use ${side}_as_list and ${side}_as_ids query params at the same time.`)
    }
  }
  const { userId } = ctx.caller
  const mine = async (projects: readonly store.Project[]) => {
    const ids = new Set((await listProjectsOfUser(ctx, userId)).map((row) => row.id))
    return projects.filter((row) => ids.has(row.id))
  }
  return {
    project,
    ...(asked('parents_as_list') ? { parents: await mine(await store.listParents(ctx, project)) } : {}),
    ...(asked('parents_as_ids') ? { parents: parentsAsIds(await store.listParents(ctx, project)) } : {}),
    ...(asked('subtree_as_list') ? { subtree: await mine(await store.listSubtree(ctx, id)) } : {}),
    ...(asked('subtree_as_ids') ? { subtree: subtreeAsIds(id, await store.listSubtree(ctx, id)) } : {}),
  }
}

/** Projects; a token of a domain sees those of its domain alone. */
export async function listProjects(ctx: Ctx, query: ListQuery) {
  const { domainId } = ctx.caller
  ctx.authorize('identity:list_projects', domainId === null ? {} : { target: { domain_id: domainId } })
  const page = pageOf({ is_domain: '0', ...query }, store.projectFilters)
  const own = domainId === null ? [] : pageOf({ domain_id: domainId }, store.projectFilters).conditions
  const tags = store.tagConditions({
    tags: lastOf(query['tags']),
    'tags-any': lastOf(query['tags-any']),
    'not-tags': lastOf(query['not-tags']),
    'not-tags-any': lastOf(query['not-tags-any']),
  })
  return cut(await store.listProjects(ctx, page, [...own, ...tags]), page)
}
