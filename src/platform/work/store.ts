import type { Ctx } from '../context.ts'
import type { Migrations } from '../db/migrate.ts'

/** A saga's row. Times are milliseconds since the epoch. */
export type SagaRow = {
  id: string
  saga: string
  version: number
  /** What it works on, `server/<id>`: one saga at a time for each. */
  resource: string
  state: string
  status: 'running' | 'undoing' | 'done' | 'failed' | 'cancelled'
  /** Step to do next, or to undo next. */
  step: number
  failure: string | null
  cancel: number
  caller: string
  request_id: string
  owner: string
  lease_until: number
  start_at: number
  created_at: number
  finished_at: number | null
}

declare module '../db/tables.ts' {
  interface Tables {
    work_sagas: SagaRow
    work_locks: { name: string; owner: string; lease_until: number }
  }
}

export const workMigrations: Migrations = {
  service: 'work',
  list: [
    {
      name: '0001_sagas',
      up: async ({ createTable, queries }) => {
        await createTable('work_sagas')
          .addColumn('id', 'varchar(36)', (c) => c.primaryKey())
          .addColumn('saga', 'varchar(128)', (c) => c.notNull())
          .addColumn('version', 'integer', (c) => c.notNull())
          .addColumn('resource', 'varchar(128)', (c) => c.notNull())
          .addColumn('state', 'text', (c) => c.notNull())
          .addColumn('status', 'varchar(16)', (c) => c.notNull())
          .addColumn('step', 'integer', (c) => c.notNull())
          .addColumn('failure', 'text')
          .addColumn('cancel', 'integer', (c) => c.notNull())
          .addColumn('caller', 'text', (c) => c.notNull())
          .addColumn('request_id', 'varchar(64)', (c) => c.notNull())
          .addColumn('owner', 'varchar(64)', (c) => c.notNull())
          .addColumn('lease_until', 'bigint', (c) => c.notNull())
          .addColumn('start_at', 'bigint', (c) => c.notNull())
          .addColumn('created_at', 'bigint', (c) => c.notNull())
          .addColumn('finished_at', 'bigint')
          .execute()
        await queries.schema
          .createIndex('work_sagas_open')
          .ifNotExists()
          .on('work_sagas')
          .columns(['finished_at', 'lease_until'])
          .execute()
        await queries.schema
          .createIndex('work_sagas_resource')
          .ifNotExists()
          .on('work_sagas')
          .columns(['resource', 'finished_at'])
          .execute()
        await createTable('work_locks')
          .addColumn('name', 'varchar(128)', (c) => c.primaryKey())
          .addColumn('owner', 'varchar(64)', (c) => c.notNull())
          .addColumn('lease_until', 'bigint', (c) => c.notNull())
          .execute()
      },
    },
  ],
}

export const insertSaga = (ctx: Ctx, row: SagaRow) => ctx.db.write.insertInto('work_sagas').values(row).execute()

/** Saves progress. False where the work was cancelled or another controller took it over meanwhile. */
export async function saveProgress(
  ctx: Ctx,
  id: string,
  owner: string,
  change: Partial<Pick<SagaRow, 'state' | 'status' | 'step' | 'failure' | 'finished_at' | 'lease_until'>>,
  unlessCancelled: boolean,
): Promise<boolean> {
  const update = ctx.db.write.updateTable('work_sagas').set(change).where('id', '=', id).where('owner', '=', owner)
  const result = await (unlessCancelled ? update.where('cancel', '=', 0) : update).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export const getSaga = (ctx: Ctx, id: string) =>
  ctx.db.read.selectFrom('work_sagas').selectAll().where('id', '=', id).executeTakeFirst()

/** Marks the unfinished work on a resource as not wanted any more. */
export const markCancelled = (ctx: Ctx, resource: string) =>
  ctx.db.write
    .updateTable('work_sagas')
    .set({ cancel: 1 })
    .where('resource', '=', resource)
    .where('finished_at', 'is', null)
    .where('status', '=', 'running')
    .execute()

/** Unfinished work whose owner has gone (its lease ran out before `now`), oldest first. */
export const listAbandoned = (ctx: Ctx, now: number, limit: number) =>
  ctx.db.write
    .selectFrom('work_sagas')
    .selectAll()
    .where('finished_at', 'is', null)
    .where('lease_until', '<', now)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()

/** Takes over work whose owner has gone; false where somebody was faster. */
export async function claimSaga(ctx: Ctx, row: SagaRow, owner: string, until: number): Promise<boolean> {
  const result = await ctx.db.write
    .updateTable('work_sagas')
    .set({ owner, lease_until: until })
    .where('id', '=', row.id)
    .where('owner', '=', row.owner)
    .where('lease_until', '=', row.lease_until)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Whether older unfinished work on the same resource must end first. */
export async function hasOlderWork(ctx: Ctx, row: SagaRow): Promise<boolean> {
  const older = await ctx.db.write
    .selectFrom('work_sagas')
    .select('id')
    .where('resource', '=', row.resource)
    .where('finished_at', 'is', null)
    .where((e) =>
      e.or([e('created_at', '<', row.created_at), e.and([e('created_at', '=', row.created_at), e('id', '<', row.id)])]),
    )
    .limit(1)
    .executeTakeFirst()
  return older !== undefined
}

/** Keeps everything that `owner` works on from being taken over. */
export const renewLeases = (ctx: Ctx, owner: string, until: number) =>
  ctx.db.write
    .updateTable('work_sagas')
    .set({ lease_until: until })
    .where('owner', '=', owner)
    .where('finished_at', 'is', null)
    .execute()

/** The story of finished and unfinished work of a request, for `haneul trace`. */
export const listSagasOfRequest = (ctx: Ctx, requestId: string) =>
  ctx.db.read
    .selectFrom('work_sagas')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('created_at')
    .limit(1000)
    .execute()

/** Work that began before `before` and has not ended, oldest first. */
export const listOverdue = (ctx: Ctx, before: number) =>
  ctx.db.read
    .selectFrom('work_sagas')
    .select(['id', 'saga', 'resource'])
    .where('finished_at', 'is', null)
    .where('start_at', '<', before)
    .orderBy('created_at')
    .limit(1000)
    .execute()

/** Forgets work that ended before `before`, at most 1,000 rows at a time. */
export async function purgeFinished(ctx: Ctx, before: number): Promise<number> {
  const old = await ctx.db.write
    .selectFrom('work_sagas')
    .select('id')
    .where('finished_at', '<', before)
    .limit(1000)
    .execute()
  if (old.length > 0) {
    await ctx.db.write
      .deleteFrom('work_sagas')
      .where(
        'id',
        'in',
        old.map((row) => row.id),
      )
      .execute()
  }
  return old.length
}

/** Takes or keeps a lock until `until`; false while another owner holds it. */
export async function holdLock(ctx: Ctx, name: string, owner: string, until: number): Promise<boolean> {
  const result = await ctx.db.write
    .updateTable('work_locks')
    .set({ owner, lease_until: until })
    .where('name', '=', name)
    .where((e) => e.or([e('owner', '=', owner), e('lease_until', '<', ctx.now)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Makes sure that a lock's row exists. */
export async function createLock(ctx: Ctx, name: string): Promise<void> {
  const known = await ctx.db.write.selectFrom('work_locks').select('name').where('name', '=', name).executeTakeFirst()
  if (!known)
    await ctx.db.write.insertInto('work_locks').values({ name, owner: '', lease_until: 0 }).execute().catch(ignoreTaken)
}
const ignoreTaken = () => undefined

/** Gives locks back before their time: an owner's own when it ends, or everybody's where nobody else can be (`null`). */
export const freeLocks = (ctx: Ctx, owner: string | null) => {
  const free = ctx.db.write.updateTable('work_locks').set({ owner: '', lease_until: 0 })
  return (owner === null ? free : free.where('owner', '=', owner)).execute()
}
