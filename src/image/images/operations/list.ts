import type { Ctx } from '#platform/context.ts'
import { noImage } from '../../errors.ts'
import { badRequest, type CloudError, forbidden } from '#platform/errors.ts'
import type { ListQuery } from '../rules/list-query.ts'
import { policyTarget } from '../rules/visibility.ts'
import { listImages as readImages } from '../store/list.ts'
import { findImage } from '../store/images.ts'
import type { ImageHead } from '../store/tables.ts'
import { findVisible, isAdmin } from './find.ts'

/** A page, and the id the next one begins after; undefined where this was the last. */
export type ImagePage = { readonly images: readonly ImageHead[]; readonly next: string | undefined }

/**
 * One page of the images that the caller may see.
 * @throws forbidden (also a marker that is others'), badRequest (no such marker)
 */
export const listImages = async (ctx: Ctx, query: ListQuery): Promise<ImagePage> => {
  const { projectId } = ctx.caller
  ctx.authorize('get_images', { project_id: projectId })
  const admin = isAdmin(ctx)
  const marker = query.marker === undefined ? undefined : await findVisible(ctx, query.marker, admin)
  if (query.marker !== undefined && marker === undefined) throw await refusedMarker(ctx, query.marker)
  const rows = await readImages(ctx, query, { projectId, isAdmin: admin }, marker)
  const images = admin ? rows : rows.filter((row) => ctx.can('get_image', policyTarget(row, projectId)))
  const last = images.at(-1)
  return { images, next: rows.length === query.limit ? last?.id : undefined }
}

const refusedMarker = async (ctx: Ctx, marker: string): Promise<CloudError> =>
  (await findImage(ctx, marker)) === undefined
    ? badRequest(noImage(marker).message)
    : forbidden(`Forbidding request, image ${marker} not visible`)
