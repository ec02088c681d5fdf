import { join } from 'node:path'
import type { Log } from '#platform/log.ts'
import type { ImageStore } from '../drivers/driver.ts'
import { createFileStore } from '../drivers/file/file-store.ts'

/** The stores of this cloud; opened when the service starts. */
export type Stores = {
  readonly ids: readonly string[]
  /** The store new data goes to. */
  readonly main: () => ImageStore
  readonly all: () => readonly ImageStore[]
  readonly find: (id: string) => ImageStore | undefined
  /** The first of the stores of an image (by comma) that is there. */
  readonly holding: (stores: string) => ImageStore | undefined
  /** Ways of importing that are switched on. */
  readonly importMethods: readonly string[]
  /** Removes the data of an image from its stores, some time soon. */
  readonly discard: (imageId: string, stores: string) => void
  readonly open: () => Promise<void>
}

const FILE = 'file'

/** Prepares the stores; none is touched before `open`. */
export const createStores = (stateDirectory: string, log: Log): Stores => {
  const opened = new Map<string, ImageStore>()
  const find = (id: string): ImageStore | undefined => opened.get(id)
  const split = (stores: string): string[] => (stores === '' ? [] : stores.split(','))
  return {
    ids: [FILE],
    importMethods: [],
    find,
    all: () => [...opened.values()],
    main: () => {
      const store = opened.get(FILE)
      if (store === undefined) throw new Error('the image stores are not open')
      return store
    },
    holding: (stores) =>
      split(stores)
        .map(find)
        .find((store) => store !== undefined),
    discard: (imageId, stores) => {
      for (const id of split(stores)) {
        find(id)
          ?.remove(imageId)
          .catch((error: unknown) => log.error({ err: error, image: imageId, store: id }, 'image data was not removed'))
      }
    },
    open: async () => {
      opened.set(FILE, await createFileStore(FILE, join(stateDirectory, 'images')))
    },
  }
}
