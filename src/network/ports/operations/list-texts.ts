// A list of ports as JSON text. Rendering a port costs ten times as much as finding that it has not changed, so texts are kept by the
// port's state: whatever a port shows is written together with its revision.
import { LRUCache } from 'lru-cache'
import type { Ctx } from '#platform/context.ts'
import type { Listing } from '../../listing/listing.ts'
import { findPorts, listPortVersions, type PortVersion } from '../store.ts'
import { viewPort } from '../view.ts'
import { visibleTarget } from './get.ts'

type Kept = { readonly revision: number; readonly created: number; readonly text: string }

const MAX_KEPT = 20_000
/** SQLite takes some 32,000 parameters; a list of unknown ports is read in parts. */
const PART = 5000

export type PortTexts = {
  /** The ports of a listing as JSON, in order, with their ids. */
  readonly list: (
    ctx: Ctx,
    listing: Listing,
    withBinding: boolean,
  ) => Promise<{ readonly rows: readonly PortVersion[]; readonly texts: readonly string[] }>
}

/** Keeps texts of ports; lives as long as the service. */
export function createPortTexts(): PortTexts {
  const caches = {
    plain: new LRUCache<string, Kept>({ max: MAX_KEPT }),
    full: new LRUCache<string, Kept>({ max: MAX_KEPT }),
  }

  async function render(ctx: Ctx, ids: readonly string[], cache: LRUCache<string, Kept>, full: boolean) {
    const fresh = new Map<string, string>()
    for (let at = 0; at < ids.length; at += PART) {
      for (const row of await findPorts(ctx, ids.slice(at, at + PART))) {
        const text = JSON.stringify(viewPort(row, full))
        fresh.set(row.id, text)
        cache.set(row.id, { revision: row.revision_number, created: row.created_at, text })
      }
    }
    return fresh
  }

  return {
    async list(ctx, listing, withBinding) {
      const cache = withBinding ? caches.full : caches.plain
      ctx.can('get_port', visibleTarget(ctx, { project_id: '' }))
      const rows = (await listPortVersions(ctx, listing)).filter((row) => ctx.can('get_port', visibleTarget(ctx, row)))
      const known = rows.map((row) => {
        const kept = cache.get(row.id)
        return kept?.revision === row.revision_number && kept.created === row.created_at ? kept.text : undefined
      })
      const unknown = rows.filter((_, at) => known[at] === undefined).map((row) => row.id)
      if (unknown.length === 0) return { rows, texts: known.filter((text) => text !== undefined) }
      const fresh = await render(ctx, unknown, cache, withBinding)
      // A port that went in between is in neither.
      const texts = rows.map((row, at) => known[at] ?? fresh.get(row.id))
      return { rows, texts: texts.filter((text) => text !== undefined) }
    },
  }
}
