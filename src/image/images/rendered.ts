// Most images of a list are as they were when it was last asked for: their bytes are kept by revision, so that a list reads
// only who may see what, not 23 columns of every image, and encodes none of it again.
import { LRUCache } from 'lru-cache'
import type { Ctx } from '#platform/context.ts'
import type { ShowLocations } from '../locations/view.ts'
import { findImages } from './store/images.ts'
import type { ImageHead } from './store/tables.ts'
import { viewImage } from './view.ts'

type Rendered = { readonly revision: number; readonly bytes: Buffer }

/** Most are below 1 KiB; 8 MiB at most, whatever properties people set. */
const rendered = new LRUCache<string, Rendered>({
  maxSize: 8 * 1024 * 1024,
  sizeCalculation: ({ bytes }) => bytes.length,
})

/** The texts of images, as `viewImage` has them, in UTF-8; one that was deleted a moment ago is left out. */
export const renderImages = async (
  ctx: Ctx,
  heads: readonly ImageHead[],
  showLocations: ShowLocations,
): Promise<Buffer[]> => {
  const known = (head: ImageHead): Buffer | undefined => {
    const found = rendered.get(head.id)
    return found?.revision === head.revision ? found.bytes : undefined
  }
  const stale = heads.filter((head) => known(head) === undefined).map(({ id }) => id)
  const fresh = new Map<string, Buffer>()
  if (stale.length > 0) {
    for (const row of await findImages(ctx, stale)) {
      const bytes = Buffer.from(viewImage(row, showLocations))
      rendered.set(row.id, { revision: row.revision, bytes })
      fresh.set(row.id, bytes)
    }
  }
  return heads.map((head) => fresh.get(head.id) ?? known(head)).filter((bytes) => bytes !== undefined)
}
