import type { Ctx } from '#platform/context.ts'
import { conflict, forbidden } from '#platform/errors.ts'
import { enforce, getVisible } from '../images/operations/find.ts'
import { moveImage } from '../images/store/images.ts'
import type { ImageStatus } from '../images/store/tables.ts'

const move = async (
  ctx: Ctx,
  id: string,
  verb: 'deactivate' | 'reactivate',
  from: ImageStatus,
  to: ImageStatus,
): Promise<void> => {
  const image = await getVisible(ctx, id)
  enforce(ctx, verb, image)
  if (image.status === to) return
  if (image.status !== from) throw forbidden(`Not allowed to ${verb} image in status '${image.status}'`)
  if (await moveImage(ctx, id, from, { status: to, updated_at: ctx.now })) return
  throw conflict(`Image ${id} has changed its status meanwhile.`)
}

/**
 * Keeps everybody but administrators from the data of an image.
 * @throws notFound, forbidden (policy, status)
 */
export const deactivateImage = (ctx: Ctx, id: string): Promise<void> =>
  move(ctx, id, 'deactivate', 'active', 'deactivated')

/** @throws notFound, forbidden (policy, status) */
export const reactivateImage = (ctx: Ctx, id: string): Promise<void> =>
  move(ctx, id, 'reactivate', 'deactivated', 'active')
