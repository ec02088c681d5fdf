import type { Ctx } from '#platform/context.ts'
import { serverNotFound } from '../../errors.ts'
import { listHostStates } from '../../services/states.ts'
import { findServer } from '../store/read.ts'
import type { ServerRow } from '../store/tables.ts'
import type { ServerViewOptions } from '../view.ts'

/**
 * A server, if the caller may do what the rule names to it.
 * @throws notFound for another project's, forbidden where only the role is missing
 */
export async function getServer(ctx: Ctx, id: string, rule = 'os_compute_api:servers:show'): Promise<ServerRow> {
  const row = await findServer(ctx, id)
  if (!row) throw serverNotFound(id)
  ctx.authorize(rule, { project_id: row.project_id, user_id: row.user_id })
  return row
}

/** What of servers the caller may see, decided once for a whole list. */
export async function viewOptions(
  ctx: Ctx,
  single: boolean,
  projectId = ctx.caller.projectId,
): Promise<ServerViewOptions> {
  const target = { project_id: projectId, user_id: ctx.caller.userId }
  const seesStatus = ctx.version >= 16 && ctx.can('os_compute_api:servers:show:host_status', target)
  return {
    single,
    extended: ctx.can('os_compute_api:os-extended-server-attributes', target),
    extraSpecs: ctx.version >= 47 && ctx.can('os_compute_api:servers:show:flavor-extra-specs', target),
    hostStatus: seesStatus ? await listHostStates(ctx) : null,
  }
}
