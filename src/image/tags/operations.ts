import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { conflict, notFound } from '#platform/errors.ts'
import { schemaViolation } from '../errors.ts'
import { enforce, findVisible, isAdmin } from '../images/operations/find.ts'
import { checkTags } from '../images/rules/properties.ts'
import { tagsOf, updateImage } from '../images/store/images.ts'
import type { ImageRow } from '../images/store/tables.ts'

/** How often a change of tags begins again because another change of the image came between. */
const TRIES = 10

/** @param change the new tags by the present ones */
const changeTags = async (
  ctx: Ctx,
  id: string,
  change: (tags: readonly string[]) => readonly string[],
): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const image = await getTagged(ctx, id)
    const tags = JSON.stringify(change(tagsOf(image)))
    if (await inTransaction(ctx, (tx) => updateImage(tx, image, { ...image, tags, updated_at: ctx.now }))) return
  }
  throw conflict(`Image ${id} is being changed by others all the time.`)
}

const getTagged = async (ctx: Ctx, id: string): Promise<ImageRow> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Image ${id} not found.`)
  enforce(ctx, 'modify_image', image)
  return image
}

/** @throws notFound, forbidden, badRequest (too long), tooLarge (too many) */
export const addTag = async (ctx: Ctx, id: string, tag: string): Promise<void> => {
  if (tag.length > 255) throw schemaViolation('image', `'${tag}' is too long`)
  await changeTags(ctx, id, (present) => {
    const tags = [...new Set([...present, tag])]
    checkTags(tags)
    return tags
  })
}

/** @throws notFound, forbidden */
export const deleteTag = (ctx: Ctx, id: string, tag: string): Promise<void> =>
  changeTags(ctx, id, (present) => {
    if (!present.includes(tag)) throw notFound('')
    return present.filter((each) => each !== tag)
  })
