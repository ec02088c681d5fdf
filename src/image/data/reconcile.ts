import type { Ctx } from '#platform/context.ts'
import type { Clock } from '#platform/clock.ts'
import type { Reconciler } from '#platform/work/reconciler.ts'
import { listStalled, moveImage } from '../images/store/images.ts'
import type { ImageStore } from '../drivers/driver.ts'
import type { BootCopies } from './boot-copies.ts'
import type { Stores } from './stores.ts'

/** An upload says that it is alive far more often than this. */
const STALLED_AFTER_MS = 120_000

/** Puts images whose upload was killed with its controller back in the queue, and removes what it left. */
export const createUploadReconciler = (stores: Stores, copies: BootCopies, clock: Clock): Reconciler => ({
  name: 'image.stalled-uploads',
  everyMs: 60_000,
  run: async (ctx) => {
    await copies.sweep()
    return restoreStalled(ctx, stores, clock.now() - STALLED_AFTER_MS)
  },
})

/** Ends uploads that have not been heard of since `before`, milliseconds since the epoch. */
export const restoreStalled = async (ctx: Ctx, stores: Stores, before: number): Promise<{ restored: number }> => {
  await stores.open()
  const everywhere = [...stores.all(), stores.staging()]
  for (const store of everywhere) await store.sweep(before).catch(reportTo(ctx, store))
  const stalled = await listStalled(ctx, before)
  for (const { id, status } of stalled) {
    const changes = {
      status: 'queued',
      size: null,
      virtual_size: null,
      beat_at: null,
      stores: '',
      locations: null,
    } as const
    if (!(await moveImage(ctx, id, status, changes))) continue
    for (const store of everywhere) await store.remove(id).catch(reportTo(ctx, store))
    ctx.log.warn({ image: id }, 'an upload was cut off and can be made again')
  }
  return { restored: stalled.length }
}

/** One store that is away must not keep the others from being tidied. */
const reportTo =
  (ctx: Ctx, { id }: ImageStore) =>
  (error: unknown) => {
    ctx.log.warn({ err: error, store: id }, 'an image store could not be tidied')
  }
