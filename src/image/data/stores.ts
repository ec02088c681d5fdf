import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImageStoreSettings } from '#platform/image-store-settings.ts'
import type { Log } from '#platform/log.ts'
import type { ImageStore, StoreIdentity } from '../drivers/driver.ts'
import { createFileStore } from '../drivers/file/file-store.ts'
import { createHttpStore } from '../drivers/http/http-store.ts'
import { createRbdStore, fsidOf } from '../drivers/rbd/rbd-store.ts'
import { createS3Store } from '../drivers/s3/s3-store.ts'
import type { ImageRow } from '../images/store/tables.ts'
import { type Location, locationsOf } from '../locations/rules/columns.ts'

/** An object of a store. */
export type Source = { readonly store: ImageStore; readonly name: string }

/** What tells where the data of an image is. */
export type Held = Pick<ImageRow, 'id' | 'stores' | 'locations'>

/** The stores of this cloud; opened when the service starts. */
export type Stores = {
  /** Every store that is set up, also one that cannot be reached. */
  readonly ids: readonly string[]
  /** Those of them that can be written. */
  readonly writableIds: readonly string[]
  /** The store new data goes to. */
  readonly main: () => ImageStore
  readonly mainId: string
  readonly all: () => readonly ImageStore[]
  readonly find: (id: string) => ImageStore | undefined
  /** Where the data of an image is, the best place first; places that no store here knows are left out. */
  readonly sourcesOf: (image: Held) => readonly Source[]
  readonly locationsOf: (image: Held) => Location[]
  /** What a location names, in whatever store it is. */
  readonly locate: (url: string) => Source | undefined
  /** Ways of importing that are switched on. */
  readonly importMethods: readonly string[]
  /** Removes the data of an image from its stores and what is staged of it, some time soon. */
  readonly discard: (image: Held & Pick<ImageRow, 'status'>) => void
  /** Where data waits that a caller has sent to be imported later. */
  readonly staging: () => ImageStore
  /** Opens those that are not open yet; one that cannot be is tried again by the reconciler of uploads. */
  readonly open: () => Promise<void>
}

const FILE = 'file'
const STAGING = 'os_glance_staging_store'

type StoreSettings = {
  readonly state: string
  readonly image_stores: Readonly<Record<string, ImageStoreSettings>>
  readonly default_image_store: string
  readonly web_download_hosts: readonly string[]
}

/** Prepares the stores; none is touched before `open`. @throws Error where the usual store is none of them */
export const createStores = (settings: StoreSettings, log: Log): Stores => {
  const { state, default_image_store: mainId } = settings
  const known = new Map<string, ImageStoreSettings>([
    [FILE, join(state, 'images')],
    ...Object.entries(settings.image_stores),
  ])
  const isWritable = (each: ImageStoreSettings | undefined) =>
    each !== undefined && (typeof each === 'string' || each.type !== 'http')
  if (!isWritable(known.get(mainId)))
    throw new Error(`config.yaml: default_image_store ${mainId} is no store to write to`)
  const opened = new Map<string, ImageStore>()
  let staging: ImageStore | undefined
  const find = (id: string): ImageStore | undefined => opened.get(id)
  const locate = (url: string): Source | undefined => {
    for (const store of opened.values()) {
      const name = store.nameOf(url)
      if (name !== undefined) return { store, name }
    }
    return undefined
  }
  const sourcesOf = (image: Held): Source[] => {
    const { locations, stores, id } = image
    const found =
      locations === null
        ? stores.split(',').flatMap((each) => {
            const store = find(each)
            return store === undefined ? [] : [{ store, name: id }]
          })
        : locationsOf(image, urlOf).flatMap(({ url }) => locate(url) ?? [])
    return found.toSorted((a, b) => b.store.weight - a.store.weight)
  }
  const urlOf = (store: string, name: string): string | undefined => find(store)?.urlOf(name)
  return {
    ids: [...known.keys()],
    writableIds: [...known].filter(([, each]) => isWritable(each)).map(([id]) => id),
    importMethods: ['glance-direct', 'web-download', 'copy-image', 'glance-download'],
    mainId,
    find,
    locate,
    sourcesOf,
    locationsOf: (image) => locationsOf(image, urlOf),
    all: () => [...opened.values()],
    main: () => {
      const store = opened.get(mainId)
      if (store === undefined) throw new Error(`the image store ${mainId} is not open`)
      return store
    },
    discard: (image) => {
      const sources = sourcesOf(image)
      const isStaged = image.status === 'uploading' || image.status === 'importing'
      for (const { store, name } of [
        ...sources,
        ...(staging && isStaged ? [{ store: staging, name: image.id }] : []),
      ]) {
        store
          .remove(name)
          .catch((error: unknown) =>
            log.error({ err: error, image: image.id, store: store.id }, 'image data was not removed'),
          )
      }
    },
    staging: () => {
      if (staging === undefined) throw new Error('the image stores are not open')
      return staging
    },
    open: async () => {
      staging ??= await createFileStore({ id: STAGING, description: '', weight: 0 }, join(state, 'images-staging'))
      for (const [id, each] of known) {
        if (opened.has(id)) continue
        try {
          opened.set(id, await openStore(id, each, settings))
        } catch (error) {
          // A store of others may be away for a while; this cloud's own files may not.
          if (id === FILE) throw error
          log.error({ err: error, store: id }, 'an image store cannot be reached')
        }
      }
    },
  }
}

const openStore = async (id: string, each: ImageStoreSettings, settings: StoreSettings): Promise<ImageStore> => {
  if (typeof each === 'string') {
    const description = id === FILE ? 'Files of this cloud' : ''
    return createFileStore({ id, description, weight: 0 }, each)
  }
  const identity: StoreIdentity = { id, description: each.store_description, weight: each.weight }
  switch (each.type) {
    case 'file':
      return createFileStore(identity, each.filesystem_store_datadir)
    case 'http':
      return createHttpStore(identity, { hosts: new Set(settings.web_download_hosts) })
    case 'rbd':
      return createRbdStore(identity, each, await fsidOf(each))
    case 's3': {
      const account = {
        endpoint: new URL(each.s3_store_host),
        region: each.s3_store_region_name,
        accessKey: each.s3_store_access_key,
        secretKey: each.s3_store_secret_key,
        ...(each.s3_store_cacert === '' ? {} : { ca: readFileSync(each.s3_store_cacert, 'utf8') }),
      }
      return createS3Store(identity, account, each)
    }
  }
}
