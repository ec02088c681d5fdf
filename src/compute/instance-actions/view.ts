import { createHash } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { naiveTimeOrNull } from '../times.ts'
import type { InstanceActionRow } from './store.ts'

/** Nova calls an event after the function that does it; most are `<action>_instance`. */
const functions: Readonly<Record<string, string>> = {
  create: '_do_build_and_run_instance',
  delete: 'terminate_instance',
  attach_interface: 'attach_interface',
  detach_interface: 'detach_interface',
}

/** An action of the list. */
export const viewAction = (ctx: Ctx, row: InstanceActionRow) => ({
  action: row.action,
  instance_uuid: row.server_id,
  request_id: row.request_id,
  user_id: row.user_id,
  project_id: row.project_id,
  start_time: naiveTimeOrNull(row.started_at),
  message: row.message,
  ...(ctx.version >= 58 ? { updated_at: naiveTimeOrNull(row.finished_at ?? row.started_at) } : {}),
})

/** An action with its one event; hosts and tracebacks for those who may know. */
export function viewActionDetail(ctx: Ctx, row: InstanceActionRow) {
  const may = ctx.can('os_compute_api:os-instance-actions:events', { project_id: row.project_id })
  const hostId = row.host === null ? '' : createHash('sha224').update(`${row.project_id}${row.host}`).digest('hex')
  const event = {
    event: `compute_${functions[row.action] ?? `${row.action}_instance`}`,
    start_time: naiveTimeOrNull(row.started_at),
    finish_time: naiveTimeOrNull(row.finished_at),
    result: row.result,
    ...(may ? { traceback: null } : {}),
    ...(ctx.version >= 62 ? { hostId, ...(may ? { host: row.host } : {}) } : {}),
    ...(ctx.version >= 84 && may ? { details: row.message } : {}),
  }
  return { ...viewAction(ctx, row), ...(may || ctx.version >= 51 ? { events: [event] } : {}) }
}
