import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, notFound } from '#platform/errors.ts'
import { schemaViolation } from '../errors.ts'
import { enforce, findVisible, isAdmin } from '../images/operations/find.ts'
import { checkTags } from '../images/rules/properties.ts'
import { tagsOf, updateImage } from '../images/store/images.ts'
import type { ImageRow } from '../images/store/tables.ts'

const getTagged = async (ctx: Ctx, id: string): Promise<ImageRow> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Image ${id} not found.`)
  enforce(ctx, 'modify_image', image)
  return image
}

const setTags = (ctx: Ctx, image: ImageRow, tags: readonly string[]): Promise<boolean> =>
  inTransaction(ctx, (tx) => updateImage(tx, image, { ...image, tags: JSON.stringify(tags), updated_at: ctx.now }))

/** @throws notFound, forbidden, badRequest (too long), tooLarge (too many) */
export const addTag = async (ctx: Ctx, id: string, tag: string): Promise<void> => {
  if (tag.length > 255) throw schemaViolation('image', `'${tag}' is too long`)
  const image = await getTagged(ctx, id)
  const tags = [...new Set([...tagsOf(image), tag])]
  checkTags(tags)
  if (!(await setTags(ctx, image, tags))) throw badRequest(`Could not update image: ${id} has changed meanwhile`)
}

/** @throws notFound, forbidden */
export const deleteTag = async (ctx: Ctx, id: string, tag: string): Promise<void> => {
  const image = await getTagged(ctx, id)
  const tags = tagsOf(image)
  if (!tags.includes(tag)) throw notFound('')
  await setTags(
    ctx,
    image,
    tags.filter((each) => each !== tag),
  )
}
