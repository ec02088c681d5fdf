import type { Ctx } from '#platform/context.ts'
import { conflict, notFound } from '#platform/errors.ts'
import type { BootCopies } from '../data/boot-copies.ts'
import type { Stores } from '../data/stores.ts'
import { findVisible } from './operations/find.ts'
import type { ImageRow } from './store/tables.ts'
import { propertiesOf } from './store/images.ts'

/** An image as something boots from it. Sizes in bytes, `minRam` in MiB, `minDisk` in GiB. */
export type BootImage = {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly diskFormat: string
  readonly size: number
  readonly virtualSize: number | null
  readonly minRam: number
  readonly minDisk: number
  readonly properties: Readonly<Record<string, string>>
  /** Where the checked bytes are on the controller's file system. */
  readonly path: string
}

/** What other services may ask of images. */
export const createImagesDoor = (stores: Stores, copies: BootCopies) => ({
  /**
   * As `getBootImage`, with the bytes in place: what lies in a store elsewhere is fetched first.
   * @throws notFound; conflict while it has no data, is deactivated, or its data is not what it was
   */
  fetchBootImage: async (ctx: Ctx, id: string): Promise<BootImage> => {
    const image = await findVisible(ctx, id, ctx.caller.roles.includes('admin'))
    if (image === undefined) throw notFound(`Image ${id} could not be found.`)
    if (image.status !== 'active') throw conflict(`Image ${id} is not active.`)
    return bootImage(image, localPath(stores, image) ?? (await copies.fetch(ctx, image)))
  },
  /**
   * The image, if the caller may see it and it has data that was found to be of its format.
   * @throws notFound; conflict while it has no data, or is deactivated
   */
  getBootImage: async (ctx: Ctx, id: string): Promise<BootImage> => {
    // The policy of the caller's own service decides what it may do; here it only matters whether the image is visible.
    const image = await findVisible(ctx, id, ctx.caller.roles.includes('admin'))
    if (image === undefined) throw notFound(`Image ${id} could not be found.`)
    if (image.status !== 'active') throw conflict(`Image ${id} is not active.`)
    return bootImage(image, localPath(stores, image) ?? copies.pathOf(id))
  },
})

/** Where a store of this machine's file system has it. */
const localPath = (stores: Stores, image: ImageRow): string | undefined =>
  stores
    .sourcesOf(image)
    .map(({ store, name }) => store.pathOf(name))
    .find((path) => path !== undefined)

const bootImage = (image: ImageRow, path: string): BootImage => ({
  id: image.id,
  name: image.name ?? '',
  status: image.status,
  diskFormat: image.disk_format ?? 'raw',
  size: image.size ?? 0,
  virtualSize: image.virtual_size,
  minRam: image.min_ram,
  minDisk: image.min_disk,
  properties: propertiesOf(image),
  path,
})

/** What other services may do with images. */
export type ImageDoor = ReturnType<typeof createImagesDoor>
