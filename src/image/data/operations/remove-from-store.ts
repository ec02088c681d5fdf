import type { Ctx } from '#platform/context.ts'
import { CloudError, conflict, forbidden, notFound } from '#platform/errors.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import { editImage } from '../../images/store/images.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import type { Stores } from '../stores.ts'

/**
 * Removes the data of an image from one of the stores that have it.
 * @throws conflict (store, status), notFound, forbidden (policy, the last one)
 */
export const removeFromStore = async (ctx: Ctx, stores: Stores, id: string, storeId: string): Promise<void> => {
  const store = stores.find(storeId)
  if (store === undefined) throw conflict(`The selected store ${storeId} is not available on this node.`)
  const image = await getVisible(ctx, id).catch((error: unknown) => {
    const isMissing = error instanceof CloudError && error.kind === 'notFound'
    throw isMissing ? notFound(`Failed to find image ${id}`) : error
  })
  enforce(ctx, 'get_image_location', image)
  enforce(ctx, 'delete_image_location', image)
  const edited = await editImage(ctx, id, (current) => ({ stores: without(current, storeId), updated_at: ctx.now }))
  if (edited === undefined) throw notFound(`Failed to find image ${id}`)
  await store.remove(id)
}

/** @throws conflict, forbidden, notFound */
const without = ({ id, status, stores }: ImageRow, storeId: string): string => {
  if (status !== 'active') {
    throw conflict("It's not allowed to remove image data from store if image status is not 'active'")
  }
  const held = stores.split(',')
  if (held.length === 1) {
    throw forbidden('Cannot delete image data from the only store containing it. Consider deleting the image instead.')
  }
  if (!held.includes(storeId)) throw notFound(`Image ${id} is not stored in store ${storeId}.`)
  return held.filter((each) => each !== storeId).join(',')
}
