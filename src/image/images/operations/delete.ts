import type { Ctx } from '#platform/context.ts'
import { afterCommit, inTransaction } from '#platform/db/db.ts'
import { conflict, forbidden, notFound } from '#platform/errors.ts'
import { IN_USE } from '../../drivers/driver.ts'
import type { Stores } from '../../data/stores.ts'
import { deleteImage as removeImage, findImage } from '../store/images.ts'
import { enforce, findVisible, isAdmin } from './find.ts'

/**
 * Deletes an image and its data. A server that boots from it, or a download, keeps the bytes it has opened.
 * @throws notFound, forbidden (protected, policy), conflict (cloned)
 */
export const deleteImage = async (ctx: Ctx, stores: Stores, id: string): Promise<void> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Failed to find image ${id} to delete`)
  enforce(ctx, 'delete_image', image)
  if (image.protected === 1) throw forbidden(`Image ${id} is protected and cannot be deleted.`)
  for (const { store, name } of stores.sourcesOf(image)) {
    if (await store.isInUse(name)) throw conflict(`Image ${id} could not be deleted because it is in use: ${IN_USE}`)
  }
  await inTransaction(ctx, async (tx) => {
    // What is stored may have changed since: the row as it goes says where the bytes are.
    const last = await findImage(tx, id)
    if (last === undefined) throw notFound(`Failed to find image ${id} to delete`)
    await removeImage(tx, id)
    afterCommit(tx, () => stores.discard(last))
  })
}
