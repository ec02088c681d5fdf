import { badRequest } from '#platform/errors.ts'
import { StoreError } from '../../drivers/driver.ts'
import type { Stores } from '../../data/stores.ts'
import type { Location } from '../rules/columns.ts'

/** Files of this machine are nobody's to name. */
const RESTRICTED = /^(file|filesystem|swift\+config):/i

/**
 * Looks at what a location names.
 * @returns its size, and the location with the name of its store
 * @throws badRequest where there is nothing of a store of this cloud
 */
export const checkLocation = async (
  stores: Stores,
  { url, metadata }: Location,
): Promise<{ readonly size: number; readonly location: Location }> => {
  const source = RESTRICTED.test(url) ? undefined : stores.locate(url)
  if (source === undefined) throw badRequest('Invalid location')
  const size = await source.store.sizeOf(source.name).catch((error: unknown) => {
    if (error instanceof StoreError) return undefined
    throw error
  })
  if (size === undefined || size === 0) throw badRequest('Invalid location')
  return { size, location: { url, metadata: { ...metadata, store: source.store.id } } }
}
