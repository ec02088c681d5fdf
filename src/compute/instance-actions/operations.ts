import type { Ctx } from '#platform/context.ts'
import { badRequest, notFound } from '#platform/errors.ts'
import { serverNotFound } from '../errors.ts'
import { cutPage, type Page } from '../paging.ts'
import { maxPage } from '../parameters.ts'
import { findAnyServer } from '../servers/store/read.ts'
import type { ServerRow } from '../servers/store/tables.ts'
import type { ListActions } from './schemas.ts'
import * as store from './store.ts'

/** The server, deleted or not (since 2.21), if the caller may see what was done to it. @throws notFound, forbidden */
async function serverOf(ctx: Ctx, id: string, rule: string): Promise<ServerRow> {
  const row = await findAnyServer(ctx, id)
  const visible =
    row &&
    (row.project_id === ctx.caller.projectId || ctx.can('context_is_admin')) &&
    (row.deleted_at === null || ctx.version >= 21)
  if (!row || !visible) throw serverNotFound(id)
  ctx.authorize(rule, { project_id: row.project_id })
  return row
}

const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))

/** A page of what was done to a server, newest first. @throws notFound, badRequest */
export async function listActions(
  ctx: Ctx,
  serverId: string,
  query: ListActions,
): Promise<Page<store.InstanceActionRow>> {
  await serverOf(ctx, serverId, 'os_compute_api:os-instance-actions:list')
  const limit = ctx.version >= 58 ? Math.min(query.limit ?? maxPage, maxPage) : maxPage
  const after = query.marker === undefined ? undefined : await store.findAction(ctx, serverId, query.marker)
  if (query.marker !== undefined && !after) throw badRequest(`marker [${query.marker}] not found`)
  const [since, before] = [timeOf(query['changes-since']), timeOf(query['changes-before'])]
  if (since !== undefined && before !== undefined && before < since) {
    throw badRequest('The value of changes-since must be less than or equal to changes-before.')
  }
  return cutPage(await store.listActions(ctx, serverId, { since, before, after, limit: limit + 1 }), limit)
}

/** @throws notFound */
export async function getAction(ctx: Ctx, serverId: string, requestId: string): Promise<store.InstanceActionRow> {
  await serverOf(ctx, serverId, 'os_compute_api:os-instance-actions:show')
  const row = await store.findAction(ctx, serverId, requestId)
  if (!row) throw notFound(`Action ${requestId} not found`)
  return row
}
