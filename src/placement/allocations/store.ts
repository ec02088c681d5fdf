import type { Ctx } from '#platform/context.ts'
import { inBatches, inserter, run } from '#platform/db/statements.ts'

/** Who holds allocations; `consumer_type` is null where nobody ever said. */
export type ConsumerRow = {
  uuid: string
  project_id: string
  user_id: string
  consumer_type: string | null
  generation: number
}

export type AllocationRow = {
  consumer_uuid: string
  provider_uuid: string
  resource_class: string
  used: number
  created_at: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    placement_consumers: ConsumerRow
    placement_allocations: AllocationRow
  }
}

export const findConsumers = (ctx: Ctx, uuids: readonly string[]): Promise<ConsumerRow[]> =>
  inBatches(uuids, async (some) => {
    const places = some.map(() => '?').join(', ')
    return (await run<ConsumerRow>(ctx.db.read, `select * from placement_consumers where uuid in (${places})`, some))
      .rows
  })

export const listByConsumers = (ctx: Ctx, uuids: readonly string[]): Promise<AllocationRow[]> =>
  inBatches(uuids, (some) =>
    ctx.db.read
      .selectFrom('placement_allocations')
      .selectAll()
      .where('consumer_uuid', 'in', some)
      .orderBy('provider_uuid')
      .orderBy('resource_class')
      .execute(),
  )

export const listByProvider = (ctx: Ctx, uuid: string) =>
  ctx.db.read
    .selectFrom('placement_allocations')
    .innerJoin('placement_consumers', 'placement_consumers.uuid', 'placement_allocations.consumer_uuid')
    .select(['consumer_uuid', 'resource_class', 'used', 'created_at', 'generation'])
    .where('provider_uuid', '=', uuid)
    .orderBy('consumer_uuid')
    .orderBy('resource_class')
    .execute()

/** Who holds something of whom, each pair once. */
export const listHolders = (ctx: Ctx) =>
  ctx.db.read.selectFrom('placement_allocations').select(['consumer_uuid', 'provider_uuid']).distinct().execute()

export const deleteAllocations = (tx: Ctx, consumers: readonly string[]) =>
  inBatches(consumers, (some) =>
    tx.db.write.deleteFrom('placement_allocations').where('consumer_uuid', 'in', some).execute(),
  )

const allocations = inserter<AllocationRow>('placement_allocations', [
  'consumer_uuid',
  'provider_uuid',
  'resource_class',
  'used',
  'created_at',
])
export const insertAllocations = (tx: Ctx, rows: readonly AllocationRow[]): Promise<void> =>
  allocations(tx.db.write, rows)

const consumers = inserter<ConsumerRow>('placement_consumers', [
  'uuid',
  'project_id',
  'user_id',
  'consumer_type',
  'generation',
])
export const insertConsumers = (tx: Ctx, rows: readonly ConsumerRow[]): Promise<void> => consumers(tx.db.write, rows)

export const updateConsumer = (tx: Ctx, { uuid, ...changes }: ConsumerRow) =>
  tx.db.write.updateTable('placement_consumers').set(changes).where('uuid', '=', uuid).execute()

export const deleteConsumers = (tx: Ctx, uuids: readonly string[]) =>
  inBatches(uuids, (some) => tx.db.write.deleteFrom('placement_consumers').where('uuid', 'in', some).execute())
