import type { Readable } from 'node:stream'
import type { Ctx } from '#platform/context.ts'
import { unavailable } from '#platform/errors.ts'
import { type ByteRange, StoreError } from '../drivers/driver.ts'
import type { Held, Source, Stores } from './stores.ts'

/**
 * Opens the data of an image at the first of its places that has it.
 * @param preferred stores to look in first
 * @returns undefined where none has it
 * @throws unavailable where none has it that answers
 */
export const openData = async (
  ctx: Ctx,
  stores: Stores,
  image: Held,
  range?: ByteRange,
  preferred: readonly string[] = [],
): Promise<Readable | undefined> => {
  const isPreferred = ({ store }: Source): boolean => preferred.includes(store.id)
  const sources = stores.sourcesOf(image)
  let failure: unknown
  for (const { store, name } of [...sources.filter(isPreferred), ...sources.filter((each) => !isPreferred(each))]) {
    try {
      const data = await store.read(name, range)
      if (data !== undefined) return data
    } catch (error) {
      ctx.log.warn({ err: error, image: image.id, store: store.id }, 'a store did not give the data of an image')
      failure = error
    }
  }
  if (failure instanceof StoreError) throw unavailable(failure.message)
  if (failure !== undefined) throw failure
  return undefined
}
