import type { Ctx } from '#platform/context.ts'
import { notFoundIn } from '../../errors.ts'
import { cut, type ListQuery, pageOf } from '../../lists.ts'
import { findProject, listProjects, type Project, projectFilters } from '../../projects/store.ts'

/**
 * A domain, if the rule lets the caller.
 * @throws notFound, forbidden
 */
export async function getDomain(ctx: Ctx, id: string, rule = 'identity:get_domain'): Promise<Project> {
  const found = await findProject(ctx, id)
  const domain = found?.isDomain ? found : undefined
  ctx.authorize(rule, domain ? { target: { domain: { id } } } : {})
  if (!domain) throw notFoundIn('domain', id)
  return domain
}

/** Domains; a token of a domain sees its own alone. */
export async function listDomains(ctx: Ctx, query: ListQuery) {
  const { domainId } = ctx.caller
  ctx.authorize('identity:list_domains', domainId === null ? {} : { target: { domain: { id: domainId } } })
  const { name, enabled, id } = projectFilters
  const page = pageOf(query, { name, enabled })
  const own = domainId === null ? {} : { id: domainId }
  const { conditions } = pageOf({ is_domain: '1', ...own }, { is_domain: projectFilters.is_domain, id })
  return cut(await listProjects(ctx, page, conditions), page)
}
