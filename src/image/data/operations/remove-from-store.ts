import type { Ctx } from '#platform/context.ts'
import { CloudError, conflict, forbidden, notFound } from '#platform/errors.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import { editImage } from '../../images/store/images.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { IN_USE } from '../../drivers/driver.ts'
import { columnsOf, splitStores } from '../../locations/rules/columns.ts'
import type { Source, Stores } from '../stores.ts'

/**
 * Removes the data of an image from one of the stores that have it.
 * @throws conflict (store, status), notFound, forbidden (policy, the last one)
 */
export const removeFromStore = async (ctx: Ctx, stores: Stores, id: string, storeId: string): Promise<void> => {
  if (!stores.ids.includes(storeId)) throw conflict(`The selected store ${storeId} is not available on this node.`)
  const image = await getVisible(ctx, id).catch((error: unknown) => {
    const isMissing = error instanceof CloudError && error.kind === 'notFound'
    throw isMissing ? notFound(`Failed to find image ${id}`) : error
  })
  enforce(ctx, 'get_image_location', image)
  enforce(ctx, 'delete_image_location', image)
  const held = without(stores, image, storeId).removed
  if (held !== undefined && (await held.store.isInUse(held.name))) {
    throw conflict(`The data for Image ${id} could not be deleted because it is in use: ${IN_USE}`)
  }
  let gone: Source | undefined
  const edited = await editImage(ctx, id, (current) => {
    const { columns, removed } = without(stores, current, storeId)
    gone = removed
    return { ...columns, updated_at: ctx.now }
  })
  if (edited === undefined) throw notFound(`Failed to find image ${id}`)
  await gone?.store.remove(gone.name)
}

/** @throws conflict, forbidden, notFound */
const without = (
  stores: Stores,
  image: ImageRow,
  storeId: string,
): { columns: Pick<ImageRow, 'stores' | 'locations'>; removed: Source | undefined } => {
  if (image.status !== 'active') {
    throw conflict("It's not allowed to remove image data from store if image status is not 'active'")
  }
  const locations = stores.locationsOf(image)
  if (locations.length === 1) {
    throw forbidden('Cannot delete image data from the only store containing it. Consider deleting the image instead.')
  }
  const at = locations.findIndex(({ metadata }) => metadata['store'] === storeId)
  const location = locations[at]
  if (location === undefined) throw notFound(`Image ${image.id} is not stored in store ${storeId}.`)
  const left = locations.toSpliced(at, 1)
  const own = {
    stores: splitStores(image.stores)
      .filter((each) => each !== storeId)
      .join(','),
    locations: null,
  }
  return { columns: image.locations === null ? own : columnsOf(left), removed: stores.locate(location.url) }
}
