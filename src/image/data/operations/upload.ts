import type { Ctx } from '#platform/context.ts'
import { badRequest, CloudError, conflict, gone, tooLarge, unavailable } from '#platform/errors.ts'
import { StoreError } from '../../drivers/driver.ts'
import { detailed } from '../../errors.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import { formatProblem, transitionProblem } from '../../images/rules/status.ts'
import { moveImage } from '../../images/store/images.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { createIntake, type Facts, TooLargeError } from '../intake.ts'
import { judge } from '../rules/verdict.ts'
import type { Stores } from '../stores.ts'

/** How often an upload says that it is alive; see `reconcile.ts`. */
const BEAT_MS = 20_000

/** What an upload needs beside the image. */
export type UploadDeps = { readonly stores: Stores; readonly sizeCap: number; readonly clock: { now: () => number } }

/**
 * Takes in the data of a queued image. It is active when all of it is stored and found to be what it says; whatever goes
 * wrong, it is queued again and nothing is stored.
 * @throws notFound, forbidden, conflict (status), badRequest (formats), unsupportedMediaType (content), tooLarge, gone
 *   (the image was deleted meanwhile), unavailable (store)
 */
export const uploadData = async (
  ctx: Ctx,
  deps: UploadDeps,
  id: string,
  source: AsyncIterable<unknown>,
): Promise<void> => {
  const image = await getVisible(ctx, id)
  enforce(ctx, 'upload_image', image)
  const problem = transitionProblem(image.status, 'saving')
  if (problem !== undefined) throw conflict(problem)
  const missing = formatProblem(image)
  if (missing !== undefined) throw badRequest(missing)
  if (!(await moveImage(ctx, id, 'queued', { status: 'saving', beat_at: deps.clock.now() }))) {
    throw conflict('Image status transition from saving to saving is not allowed')
  }
  await storeData(ctx, deps, image, source)
}

const storeData = async (
  ctx: Ctx,
  { stores, sizeCap, clock }: UploadDeps,
  image: ImageRow,
  source: AsyncIterable<unknown>,
): Promise<void> => {
  const store = stores.main()
  let beat = clock.now()
  const intake = createIntake(source, sizeCap, () => {
    const now = clock.now()
    if (now - beat < BEAT_MS) return
    beat = now
    moveImage(ctx, image.id, 'saving', { beat_at: now }).catch((error: unknown) =>
      ctx.log.warn({ err: error, image: image.id }, 'an upload could not say that it is alive'),
    )
  })
  try {
    await store.write(image.id, intake.bytes)
    const facts = intake.facts()
    const verdict =
      image.container_format === 'bare' ? judge(image.disk_format, facts.inspection) : { virtualSize: null }
    if ('refusal' in verdict) {
      ctx.log.warn({ image: image.id, problems: facts.inspection.problems }, verdict.refusal)
      throw detailed('unsupportedMediaType', verdict.refusal)
    }
    await activate(ctx, image.id, store.id, facts, verdict.virtualSize)
  } catch (error) {
    await store.remove(image.id)
    await moveImage(ctx, image.id, 'saving', { status: 'queued', size: null, virtual_size: null, beat_at: null })
    throw toApiError(error, image.id)
  }
}

const activate = async (
  ctx: Ctx,
  id: string,
  store: string,
  facts: Facts,
  virtualSize: number | null,
): Promise<void> => {
  const isThere = await moveImage(ctx, id, 'saving', {
    status: 'active',
    size: facts.size,
    virtual_size: virtualSize,
    checksum: facts.checksum,
    os_hash_algo: facts.hashAlgorithm,
    os_hash_value: facts.hash,
    stores: store,
    updated_at: ctx.now,
    beat_at: null,
  })
  if (isThere) return
  throw gone(
    `Image ${id} could not be found after upload. The image may have been deleted during the upload, ` +
      'cleaning up the chunks uploaded.',
  )
}

const toApiError = (error: unknown, id: string): unknown => {
  if (error instanceof CloudError) return error
  if (error instanceof TooLargeError) {
    return tooLarge('The incoming image is too large: The provided image is too large.')
  }
  if (error instanceof StoreError) {
    return error.kind === 'full'
      ? tooLarge(`Image storage media is full: ${error.message}`)
      : unavailable(`Insufficient permissions on image storage media: ${error.message}`)
  }
  // The client has gone in the middle: nobody will read the answer, and it is no failure of the cloud.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
    return badRequest(`The data of image ${id} ended too early.`)
  }
  return error
}
