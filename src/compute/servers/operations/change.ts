import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { conflict } from '#platform/errors.ts'
import type { Platform } from '#platform/platform.ts'
import { serverNotFound } from '../../errors.ts'
import { beginAction } from '../../instance-actions/store.ts'
import { canonicalIp } from '../rules.ts'
import type { DeleteServerSaga } from '../sagas/delete.ts'
import type { UpdateServer } from '../schemas.ts'
import { findServer } from '../store/read.ts'
import type { ServerRow } from '../store/tables.ts'
import { updateServer as writeServer } from '../store/write.ts'
import { getServer } from './read.ts'

/** Changes name, description, access addresses or disk handling. @throws notFound, forbidden */
export async function updateServer(ctx: Ctx, id: string, body: UpdateServer): Promise<ServerRow> {
  await getServer(ctx, id, 'os_compute_api:servers:update')
  await writeServer(ctx, id, {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.hostname === undefined ? {} : { hostname: body.hostname }),
    ...(body.accessIPv4 === undefined ? {} : { access_ip_v4: canonicalIp(body.accessIPv4) }),
    ...(body.accessIPv6 === undefined ? {} : { access_ip_v6: canonicalIp(body.accessIPv6) }),
    ...(body['OS-DCF:diskConfig'] === undefined ? {} : { disk_config: body['OS-DCF:diskConfig'] }),
  })
  const row = await findServer(ctx, id)
  if (!row) throw serverNotFound(id)
  return row
}

/** Makes the operation that deletes a server: what builds it is stopped, and the rest done by a saga. Twice is once. */
export const createServerDeletion =
  (platform: Platform, saga: DeleteServerSaga) =>
  async (ctx: Ctx, id: string): Promise<void> => {
    const row = await getServer(ctx, id, 'os_compute_api:servers:delete')
    if (row.locked_by !== null && !ctx.can('context_is_admin')) throw conflict(`Instance ${id} is locked`)
    if (row.task_state === 'deleting') return
    await inTransaction(ctx, async (tx) => {
      await writeServer(tx, id, { task_state: 'deleting', progress: 0 })
      await beginAction(tx, row, 'delete')
      await platform.work.cancel(tx, `server/${id}`)
      await platform.work.start(tx, saga.begin({ serverId: id }), { resource: `server/${id}` })
    })
  }
