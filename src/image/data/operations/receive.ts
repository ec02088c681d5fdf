import type { Ctx } from '#platform/context.ts'
import { badRequest, CloudError, conflict, gone, tooLarge, unavailable } from '#platform/errors.ts'
import { type ImageStore, StoreError, type StoreFailure } from '../../drivers/driver.ts'
import { transitionProblem } from '../../images/rules/status.ts'
import { moveImage } from '../../images/store/images.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { createIntake, type Facts, TooLargeError } from '../intake.ts'
import type { Limits } from '../../limits/operations.ts'
import type { Stores } from '../stores.ts'

/** How often data that comes in says that it is alive; see `reconcile.ts`. */
const BEAT_MS = 20_000

/** What taking in data needs beside the image. */
export type UploadDeps = {
  readonly stores: Stores
  readonly sizeCap: number
  readonly clock: { now: () => number }
  readonly limits: Limits
}

/** Where data goes, and what the image is while it does. */
export type Reception = {
  readonly status: 'saving' | 'uploading'
  readonly store: ImageStore
  /** Bytes that are said to come, neither more nor less; absent: whatever comes. */
  readonly size?: number | null
  /** What to do once all of it is stored; where it throws, nothing is kept. */
  readonly done: (facts: Facts) => Promise<void>
}

/**
 * Stores the data of a queued image; whatever goes wrong, the image is queued again and nothing is stored.
 * @throws conflict (status), tooLarge, gone (the image was deleted meanwhile), unavailable (store), badRequest (cut off, size)
 */
export const receive = async (
  ctx: Ctx,
  { sizeCap, clock, limits }: UploadDeps,
  image: ImageRow,
  { status, store, size, done }: Reception,
  source: AsyncIterable<unknown>,
): Promise<void> => {
  const { id } = image
  const problem = transitionProblem(image.status, status)
  if (problem !== undefined) throw conflict(problem)
  let beat = clock.now()
  if (!(await moveImage(ctx, id, 'queued', { status, beat_at: beat }))) {
    throw conflict(`Image status transition from ${status} to ${status} is not allowed`)
  }
  const intake = createIntake(source, sizeCap, (seen) => {
    if (size && seen > size) throw badRequest(`Size exceeds: expected ${size} bytes, got ${seen} bytes`)
    const now = clock.now()
    if (now - beat < BEAT_MS) return
    beat = now
    moveImage(ctx, id, status, { beat_at: now }).catch((error: unknown) =>
      ctx.log.warn({ err: error, image: id }, 'an upload could not say that it is alive'),
    )
  })
  try {
    await limits.enforce(ctx, 'image_count_uploading')
    await store.write(id, intake.bytes, size ?? undefined)
    const facts = intake.facts()
    if (size && facts.size !== size) {
      throw badRequest(`Size mismatch: expected ${size} bytes, got ${facts.size} bytes`)
    }
    await done(facts)
  } catch (error) {
    await store
      .remove(id)
      .catch((failure: unknown) =>
        ctx.log.error({ err: failure, image: id, store: store.id }, 'image data was not removed'),
      )
    await moveImage(ctx, id, status, { status: 'queued', size: null, virtual_size: null, beat_at: null })
    throw toApiError(error, id)
  }
}

/** The image was deleted while its data came in. */
export const goneMeanwhile = (id: string): CloudError =>
  gone(
    `Image ${id} could not be found after upload. The image may have been deleted during the upload, ` +
      'cleaning up the chunks uploaded.',
  )

const storeFailures: Readonly<Record<StoreFailure, (message: string) => CloudError>> = {
  full: (message) => tooLarge(`Image storage media is full: ${message}`),
  disabled: () => gone('Error in store configuration. Adding images to store is disabled.'),
  denied: (message) => unavailable(`Insufficient permissions on image storage media: ${message}`),
  'in-use': (message) => conflict(message),
  away: (message) => unavailable(message),
}

/** What a failure of the source or the store is to the caller. */
export const toApiError = (error: unknown, id: string): unknown => {
  if (error instanceof CloudError) return error
  if (error instanceof TooLargeError) {
    return tooLarge('The incoming image is too large: The provided image is too large.')
  }
  if (error instanceof StoreError) {
    return storeFailures[error.kind](error.message)
  }
  // The client has gone in the middle: nobody will read the answer, and it is no failure of the cloud.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
    return badRequest(`The data of image ${id} ended too early.`)
  }
  return error
}
