import type { Readable } from 'node:stream'
import type { Ctx } from '#platform/context.ts'
import { badRequest, CloudError, forbidden } from '#platform/errors.ts'
import type { ImageCache } from '../../cache/image-cache.ts'
import type { ByteRange } from '../../drivers/driver.ts'
import { enforce, getVisible, isAdmin } from '../../images/operations/find.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { openData } from '../open-data.ts'
import { parseRange } from '../rules/range.ts'
import type { Stores } from '../stores.ts'

/** Data on its way to the caller; `range` undefined: all of it. */
export type Download = { readonly image: ImageRow; readonly range: ByteRange | undefined; readonly data: Readable }

export type DownloadDeps = { readonly stores: Stores; readonly cache: ImageCache }

/**
 * Opens the data of an image.
 * @param preferred stores to read it from if they have it
 * @throws notFound, forbidden (policy, deactivated), rangeNotSatisfiable, badRequest; 204 where there is no data yet
 */
export const downloadData = async (
  ctx: Ctx,
  { stores, cache }: DownloadDeps,
  id: string,
  headers: { readonly range?: string | undefined; readonly 'content-range'?: string | undefined },
  preferred: readonly string[],
): Promise<Download> => {
  const image = await getVisible(ctx, id)
  if (image.status === 'deactivated' && !isAdmin(ctx)) {
    throw forbidden('The requested image has been deactivated. Image data download is forbidden.')
  }
  enforce(ctx, 'download_image', image)
  const range = image.size === null ? undefined : parseRange(headers.range, headers['content-range'], image.size)
  if (preferred.length > 0) {
    enforce(ctx, 'download_from_store', image)
    const unknown = preferred.find((store) => !stores.ids.includes(store))
    if (unknown !== undefined) throw badRequest(`Store '${unknown}' is not configured.`)
  }
  const whole = range === undefined ? await cache.read(image) : undefined
  const data = whole ?? (await openData(ctx, stores, image, range, preferred))
  if (data === undefined) throw new CloudError('notFound', 'Image data is not there.', { status: 204 })
  return { image, range, data }
}
