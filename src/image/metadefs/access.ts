import type { Ctx } from '#platform/context.ts'
import { type CloudError, notFound } from '#platform/errors.ts'
import type { Target } from '#platform/policy/template.ts'
import { notAuthorized } from '../errors.ts'
import { isAdmin } from '../images/operations/find.ts'
import { findNamespace } from './store.ts'
import type { NamespaceRow } from './rows.ts'

/** What the rules compare the caller with, by the namespace. */
export const namespaceTarget = ({ owner, visibility }: NamespaceRow): Target => ({ project_id: owner, visibility })

const isVisible = (ctx: Ctx, { owner, visibility }: NamespaceRow): boolean =>
  isAdmin(ctx) || owner === null || visibility === 'public' || owner === ctx.caller.projectId

/** Glance has two ways to say it. */
export const noNamespace = (name: string): CloudError => notFound(`Namespace ${name} not found`)
export const unknownNamespace = (name: string): CloudError =>
  notFound(`Metadata definition namespace=${name} was not found.`)

/**
 * The namespace, if there is one for the caller.
 * @throws notFound, in the words of `missing`
 */
export const getNamespaceRow = async (
  ctx: Ctx,
  name: string,
  missing: (name: string) => CloudError = noNamespace,
): Promise<NamespaceRow> => {
  const row = await findNamespace(ctx, name)
  if (row === undefined || !isVisible(ctx, row)) throw missing(name)
  return row
}

/**
 * Asks the policy about a namespace. Who may not even see it is told that there is none.
 * @throws forbidden, notFound
 */
export const enforceNamespace = (ctx: Ctx, rule: string, row: NamespaceRow): void => {
  const target = namespaceTarget(row)
  if (ctx.can(rule, target)) return
  if (rule === 'get_metadef_namespace' || !ctx.can('get_metadef_namespace', target)) throw notFound('')
  throw notAuthorized(rule)
}
