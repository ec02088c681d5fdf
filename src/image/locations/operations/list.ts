import type { Ctx } from '#platform/context.ts'
import type { Stores } from '../../data/stores.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import type { Location } from '../rules/columns.ts'

/** Where the data of an image is. @throws notFound, forbidden */
export const listLocations = async (ctx: Ctx, stores: Stores, id: string): Promise<Location[]> => {
  const image = await getVisible(ctx, id)
  enforce(ctx, 'fetch_image_location', image)
  return stores.locationsOf(image)
}
