// The door of image: what the rest of the program may use of it. Everything else here is private to this folder.
import { join } from 'node:path'
import type { Service } from '#platform/http/service.ts'
import type { Platform } from '#platform/platform.ts'
import { actionRoutes } from './actions/routes.ts'
import { createImageCache, type ImageCache } from './cache/image-cache.ts'
import { cacheRules } from './cache/policy.ts'
import { cacheRoutes } from './cache/routes.ts'
import { createBootCopies } from './data/boot-copies.ts'
import { createDataAudit, type DataAudit } from './data/audit.ts'
import { createUploadReconciler, restoreStalled } from './data/reconcile.ts'
import { dataRoutes } from './data/routes.ts'
import { createStageHosts } from './imports/hosts/stage-hosts.ts'
import { createStores } from './data/stores.ts'
import { type ImageDoors, noDoors } from './doors.ts'
import { createImageWire } from './errors.ts'
import { createImagesDoor, type ImageDoor } from './images/door.ts'
import { imageRules } from './images/policy.ts'
import { imageRoutes } from './images/routes.ts'
import { importRules } from './imports/policy.ts'
import { importRoutes } from './imports/routes.ts'
import { pluginsOf } from './imports/rules/plugins.ts'
import { createImportSaga } from './imports/saga/import.ts'
import { infoRules } from './info/policy.ts'
import { infoRoutes } from './info/routes.ts'
import { createLimits } from './limits/operations.ts'
import { locationRules } from './locations/policy.ts'
import { locationRoutes } from './locations/routes.ts'
import { createLocationSaga } from './locations/saga.ts'
import { createShowLocations } from './locations/view.ts'
import { memberRules } from './members/policy.ts'
import { memberRoutes } from './members/routes.ts'
import { objectRoutes, propertyRoutes, tagRoutes as metadefTagRoutes } from './metadefs/items/routes.ts'
import { namespaceRoutes } from './metadefs/namespaces/routes.ts'
import { metadefRules } from './metadefs/policy.ts'
import { loadAtFirst, loadNamespaces } from './metadefs/standard/load.ts'
import { resourceTypeRoutes } from './metadefs/resource-types/routes.ts'
import { imageMigrations } from './migrations/index.ts'
import { baseRules } from './policy.ts'
import { schemaRoutes } from './schemas/routes.ts'
import { tagRoutes } from './tags/routes.ts'
import { taskRules } from './tasks/policy.ts'
import { taskReconciler } from './tasks/reconcile.ts'
import { taskRoutes } from './tasks/routes.ts'
import { isVersion } from './versions.ts'

export type { ImageDoors } from './doors.ts'
export type { BootImage, ImageDoor } from './images/door.ts'

/** Image as the composition root sees it. */
export type Image = {
  readonly service: Service
  readonly door: ImageDoor
  readonly audit: DataAudit
  readonly cache: ImageCache
  /** Adds namespaces of metadata definitions that are not there yet; without any given, the standard ones. */
  readonly loadNamespaces: typeof loadNamespaces
}

/** Makes the image service. */
export function createImage({ config, clock, log, work }: Platform, doors: ImageDoors = noDoors): Image {
  const stores = createStores(config, log)
  const copies = createBootCopies(join(config.state, 'images-boot'), stores, clock)
  const hosts = createStageHosts(config.worker_self_reference_url)
  const limits = createLimits(config.use_keystone_limits, doors)
  const hasCache = config.image_cache_dir !== ''
  const cache = createImageCache(config, hosts.own, stores, clock, log)
  const locations = { stores, areVisible: config.show_multiple_locations }
  const locating = { stores, work, saga: createLocationSaga({ stores, isHashed: config.do_secure_hash }) }
  const upload = { stores, hosts, sizeCap: config.image_size_cap, clock, limits }
  const rules = { hosts: new Set(config.web_download_hosts) }
  const imports = { ...upload, rules, plugins: pluginsOf(config), doors }
  const importing = { ...imports, saga: createImportSaga(imports), work }
  return {
    service: {
      api: {
        type: 'image',
        name: 'glance',
        port: 9292,
        catalogPath: '',
        wire: createImageWire(hasCache),
        validatesFirst: true,
        strictMethods: true,
        rewriteUrl,
        routes: [
          ...infoRoutes(stores, limits, hasCache),
          ...schemaRoutes,
          ...imageRoutes({
            stores,
            hosts,
            limits,
            cache,
            locations,
            showLocations: createShowLocations(config, stores),
          }),
          ...locationRoutes(locating),
          ...dataRoutes({ ...upload, cache }),
          ...cacheRoutes(cache),
          ...importRoutes(upload, importing),
          ...taskRoutes(importing),
          ...memberRoutes,
          ...tagRoutes,
          ...actionRoutes,
          ...namespaceRoutes,
          ...objectRoutes,
          ...propertyRoutes,
          ...metadefTagRoutes,
          ...resourceTypeRoutes,
        ],
      },
      rules: [
        ...baseRules,
        ...imageRules,
        ...cacheRules,
        ...importRules,
        ...locationRules,
        ...taskRules,
        ...memberRules,
        ...infoRules,
        ...metadefRules,
      ],
      migrations: imageMigrations,
      sagas: [importing.saga, locating.saga],
      reconcilers: [createUploadReconciler(stores, copies, clock), taskReconciler],
      start: async (ctx) => {
        await stores.open()
        await cache.open(ctx)
        await loadAtFirst(ctx)
        // An embedded database has no other controller: whatever was being uploaded died with the last process.
        if (ctx.db.dialect === 'sqlite') await restoreStalled(ctx, stores, Number.MAX_SAFE_INTEGER)
      },
      stop: cache.close,
    },
    cache,
    door: createImagesDoor(stores, copies),
    audit: createDataAudit(stores),
    loadNamespaces,
  }
}

/**
 * Any minor version may stand in a path for its major one. Glance takes `/v2/images/` for an image without an id, not for the list.
 */
const rewriteUrl = (url: string): string => {
  const path = url.replace(/^\/v2\.\d+(?=[/?]|$)/, (version) => (isVersion(version.slice(1)) ? '/v2' : version))
  return /^\/v2\/[^?]+\/(\?|$)/.test(path) ? '/v2/none' : path
}
