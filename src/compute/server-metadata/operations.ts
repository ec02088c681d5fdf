import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { forbidden, notFound } from '#platform/errors.ts'
import { fits } from '../quotas/rules.ts'
import { getQuotas } from '../quotas/store.ts'
import { checkState } from '../servers/actions/action.ts'
import { getServer } from '../servers/operations/read.ts'
import { updateServer } from '../servers/store/write.ts'
import { metadataOf } from '../servers/view.ts'

export type Metadata = Readonly<Record<string, string>>

/** A server's metadata. @throws notFound, forbidden */
export const getMetadata = async (ctx: Ctx, id: string, rule: string): Promise<Metadata> =>
  metadataOf(await getServer(ctx, id, rule))

/** One item. @throws notFound */
export async function getItem(ctx: Ctx, id: string, key: string): Promise<Metadata> {
  const value = (await getMetadata(ctx, id, 'os_compute_api:server-metadata:show'))[key]
  if (value === undefined) throw notFound('Metadata item was not found')
  return { [key]: value }
}

const states = {
  name: 'update metadata',
  vmStates: ['active', 'paused', 'suspended', 'stopped'],
  taskStates: undefined,
} as const

/** Writes what `change` makes of the old items. @throws conflict (state), forbidden (quota) */
export function changeMetadata(
  ctx: Ctx,
  id: string,
  rule: string,
  change: (old: Metadata) => Metadata,
): Promise<Metadata> {
  return inTransaction(ctx, async (tx) => {
    const server = await getServer(tx, id, rule)
    checkState(tx, server, states)
    const metadata = change(metadataOf(server))
    const { metadata_items: limit } = await getQuotas(tx, server.project_id)
    if (!fits(limit, Object.keys(metadata).length)) throw forbidden(`Maximum number of metadata items exceeds ${limit}`)
    await updateServer(tx, id, { metadata: JSON.stringify(metadata) })
    return metadata
  })
}

/** Removes an item. @throws notFound */
export const deleteItem = (ctx: Ctx, id: string, key: string): Promise<Metadata> =>
  changeMetadata(ctx, id, 'os_compute_api:server-metadata:delete', (old) => {
    const { [key]: gone, ...rest } = old
    if (gone === undefined) throw notFound('Metadata item was not found')
    return rest
  })
