import { join } from 'node:path'
import type { Log } from '#platform/log.ts'
import type { ImageStore } from '../drivers/driver.ts'
import type { ImageRow } from '../images/store/tables.ts'
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
  /** Removes the data of an image from its stores and what is staged of it, some time soon. */
  readonly discard: (imageId: string, image: Pick<ImageRow, 'status' | 'stores'>) => void
  /** Where data waits that a caller has sent to be imported later. */
  readonly staging: () => ImageStore
  readonly open: () => Promise<void>
}

const FILE = 'file'
const STAGING = 'os_glance_staging_store'

type StoreSettings = { readonly state: string; readonly image_stores: Readonly<Record<string, string>> }

/** Prepares the stores; none is touched before `open`. */
export const createStores = (settings: StoreSettings, log: Log): Stores => {
  const directories = new Map([[FILE, join(settings.state, 'images')], ...Object.entries(settings.image_stores)])
  const opened = new Map<string, ImageStore>()
  let staging: ImageStore | undefined
  const find = (id: string): ImageStore | undefined => opened.get(id)
  const split = (stores: string): string[] => (stores === '' ? [] : stores.split(','))
  return {
    ids: [...directories.keys()],
    importMethods: ['glance-direct', 'web-download', 'copy-image', 'glance-download'],
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
    discard: (imageId, { status, stores }) => {
      const holders = split(stores).map(find)
      if (staging !== undefined && (status === 'uploading' || status === 'importing')) holders.push(staging)
      for (const store of holders) {
        store
          ?.remove(imageId)
          .catch((error: unknown) =>
            log.error({ err: error, image: imageId, store: store.id }, 'image data was not removed'),
          )
      }
    },
    staging: () => {
      if (staging === undefined) throw new Error('the image stores are not open')
      return staging
    },
    open: async () => {
      for (const [id, directory] of directories) opened.set(id, await createFileStore(id, directory))
      staging = await createFileStore(STAGING, join(settings.state, 'images-staging'))
    },
  }
}
