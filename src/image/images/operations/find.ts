import type { Ctx } from '#platform/context.ts'
import { notFound } from '#platform/errors.ts'
import { noImage, notAuthorized } from '../../errors.ts'
import { isVisible, policyTarget } from '../rules/visibility.ts'
import { findImage as readImage, isMember } from '../store/images.ts'
import type { ImageRow } from '../store/tables.ts'

export const isAdmin = (ctx: Ctx): boolean => ctx.can('context_is_admin')

/** The image, if it exists for the caller. */
export const findVisible = async (ctx: Ctx, id: string, admin: boolean): Promise<ImageRow | undefined> => {
  const image = await readImage(ctx, id)
  if (image === undefined) return undefined
  const { projectId } = ctx.caller
  const viewer = { projectId, isAdmin: admin, isMember: false }
  if (isVisible(image, viewer)) return image
  const isShared = image.visibility === 'shared' && projectId !== null && (await isMember(ctx, id, projectId))
  return isShared ? image : undefined
}

/** @throws notFound */
export const getVisible = async (ctx: Ctx, id: string): Promise<ImageRow> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw noImage(id)
  return image
}

/**
 * Asks the policy about an image. Who may not even see it is told that there is none.
 * @throws notFound, forbidden
 */
export const enforce = (ctx: Ctx, rule: string, image: ImageRow): void => {
  const target = policyTarget(image, ctx.caller.projectId)
  if (ctx.can(rule, target)) return
  if (rule === 'get_image' || !ctx.can('get_image', target)) throw notFound('')
  throw notAuthorized(rule)
}

/**
 * The image, if the caller may see it.
 * @throws notFound
 */
export const getImage = async (ctx: Ctx, id: string): Promise<ImageRow> => {
  const image = await getVisible(ctx, id)
  enforce(ctx, 'get_image', image)
  return image
}
