import type { Ctx } from '#platform/context.ts'
import { badRequest, unavailable } from '#platform/errors.ts'
import { detailed } from '../../errors.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import { formatProblem } from '../../images/rules/status.ts'
import { moveImage } from '../../images/store/images.ts'
import type { Facts } from '../intake.ts'
import { refuseSigned } from './signed.ts'
import { judge } from '../rules/verdict.ts'
import { goneMeanwhile, receive, type UploadDeps } from './receive.ts'

/**
 * Takes in the data of a queued image. It is active when all of it is stored and found to be what it says; whatever goes
 * wrong, it is queued again and nothing is stored.
 * @param size bytes that the caller says will come; null: not said
 * @param storeId which store; undefined: the usual one
 * @throws notFound, forbidden, conflict (status), badRequest (formats, store), unsupportedMediaType (content), tooLarge,
 *   gone (the image was deleted meanwhile), unavailable (store)
 */
export const uploadData = async (
  ctx: Ctx,
  deps: UploadDeps,
  id: string,
  size: number | null,
  storeId: string | undefined,
  source: AsyncIterable<unknown>,
): Promise<void> => {
  await deps.limits.enforce(ctx, 'image_size_total', size)
  const named = storeId ?? deps.stores.mainId
  if (!deps.stores.ids.includes(named)) throw badRequest(`Store for identifier ${named} not found`)
  const store = deps.stores.find(named)
  if (store === undefined) throw unavailable(`The image store ${named} cannot be reached.`)
  const image = await getVisible(ctx, id)
  enforce(ctx, 'upload_image', image)
  const missing = image.status === 'queued' ? formatProblem(image) : undefined
  if (missing !== undefined) throw badRequest(missing)
  refuseSigned(image)
  const done = async (facts: Facts): Promise<void> => {
    const verdict =
      image.container_format === 'bare' ? judge(image.disk_format, facts.inspection) : { virtualSize: null }
    if ('refusal' in verdict) {
      ctx.log.warn({ image: id, problems: facts.inspection.problems }, verdict.refusal)
      throw detailed('unsupportedMediaType', verdict.refusal)
    }
    const isThere = await moveImage(ctx, id, 'saving', {
      status: 'active',
      size: facts.size,
      virtual_size: verdict.virtualSize,
      checksum: facts.checksum,
      os_hash_algo: facts.hashAlgorithm,
      os_hash_value: facts.hash,
      stores: store.id,
      updated_at: ctx.later().now,
      beat_at: null,
    })
    if (!isThere) throw goneMeanwhile(id)
  }
  await receive(ctx, deps, image, { status: 'saving', store, size, done }, source)
}
