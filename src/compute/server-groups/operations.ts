import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, type CloudError, forbidden, notFound } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import { maxPage } from '../parameters.ts'
import { fits } from '../quotas/rules.ts'
import { getQuotas } from '../quotas/store.ts'
import { takeTurn } from '../turns.ts'
import type { CreateServerGroup, ListServerGroups } from './schemas.ts'
import * as store from './store.ts'

/** A group and the ids of its servers. */
export type WithMembers = { readonly row: Omit<store.ServerGroupRow, 'number'>; readonly members: readonly string[] }

const groupNotFound = (id: string): CloudError => notFound(`Instance group ${id} could not be found.`)

/** @throws forbidden (quota), badRequest (rules without `anti-affinity`) */
export async function createServerGroup(ctx: Ctx, body: CreateServerGroup): Promise<WithMembers> {
  const projectId = ctx.caller.projectId ?? ''
  const { server_groups: limit } = await getQuotas(ctx, projectId)
  const [policy, rules] = 'policies' in body ? [body.policies[0], {}] : [body.policy, body.rules ?? {}]
  if (policy === undefined) throw badRequest('[] is too short')
  if (policy !== 'anti-affinity' && Object.keys(rules).length > 0) {
    throw badRequest('Only anti-affinity policy supports rules.')
  }
  const most = 'max_server_per_host' in rules ? Number(rules.max_server_per_host) : null
  const row = {
    id: newUuid(),
    name: body.name,
    project_id: projectId,
    user_id: ctx.caller.userId,
    policy,
    max_server_per_host: most,
    turn: 0,
    created_at: ctx.now,
  }
  await inTransaction(ctx, async (tx) => {
    await takeTurn(tx, 'server_groups')
    if (!fits(limit, (await store.countServerGroups(tx, projectId)) + 1)) {
      throw forbidden('Quota exceeded, too many server groups.')
    }
    await store.insertServerGroup(tx, row)
  })
  return { row, members: [] }
}

/** A page of the project's groups; administrators may ask for those of all projects. */
export async function listServerGroups(ctx: Ctx, query: ListServerGroups): Promise<WithMembers[]> {
  const isAll = query.all_projects !== undefined && ctx.caller.roles.includes('admin')
  if (isAll) ctx.authorize('os_compute_api:os-server-groups:index:all_projects')
  const limit = Math.min(Number(query.limit ?? maxPage) || maxPage, maxPage)
  const page = { limit, offset: Number(query.offset ?? 0) }
  const rows = await store.listServerGroups(ctx, isAll ? undefined : (ctx.caller.projectId ?? ''), page)
  const members = new Map<string | null, string[]>()
  const ids = rows.map(({ id }) => id)
  for (const { id, server_group_id: group } of await store.listMembers(ctx, ids)) {
    members.set(group, [...(members.get(group) ?? []), id])
  }
  return rows.map((row) => ({ row, members: members.get(row.id) ?? [] }))
}

const findForCaller = async (ctx: Ctx, id: string, verb: 'show' | 'delete'): Promise<store.ServerGroupRow> => {
  const row = await store.findServerGroup(ctx, id)
  if (row === undefined) throw groupNotFound(id)
  ctx.authorize(`os_compute_api:os-server-groups:${verb}`, { project_id: row.project_id })
  return row
}

/** @throws notFound, forbidden (another project's) */
export async function getServerGroup(ctx: Ctx, id: string): Promise<WithMembers> {
  const row = await findForCaller(ctx, id, 'show')
  return { row, members: (await store.listMembers(ctx, [id])).map((member) => member.id) }
}

/** Deletes a group, not its servers. @throws notFound, forbidden (another project's) */
export async function deleteServerGroup(ctx: Ctx, id: string): Promise<void> {
  await findForCaller(ctx, id, 'delete')
  await inTransaction(ctx, (tx) => store.deleteServerGroup(tx, id))
}

/**
 * The group that a new server is to be in, by the hint `group`. Nova would take another project's, too.
 * @throws badRequest
 */
export async function findHintedGroup(ctx: Ctx, hint: string | undefined): Promise<string | null> {
  if (hint === undefined || hint === '') return null
  const row = await store.findServerGroup(ctx, hint)
  if (row === undefined || row.project_id !== ctx.caller.projectId) throw badRequest(groupNotFound(hint).message)
  return row.id
}

/** Makes sure that so many servers more may be in the group, until the transaction ends. @throws forbidden, badRequest */
export async function checkRoom(tx: Ctx, id: string, more: number, limit: number): Promise<void> {
  await store.takeTurn(tx, id)
  if ((await store.findServerGroup(tx, id)) === undefined) throw badRequest(groupNotFound(id).message)
  const members = await store.listMembers(tx, [id])
  const own = members.filter(({ user_id: user }) => user === tx.caller.userId).length
  if (!fits(limit, own + more)) throw forbidden('Quota exceeded, too many servers in group')
}
