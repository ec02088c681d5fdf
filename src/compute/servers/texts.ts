// Most servers of a list are as they were when it was last asked for. Their JSON is kept by revision and by who may see what, so that
// a list of 200 costs the reading of 200 rows and not the building of 200 bodies as well.
import { LRUCache } from 'lru-cache'
import type { Ctx } from '#platform/context.ts'
import type { ServerRow } from './store/tables.ts'
import { type ServerViewOptions, viewServer } from './view.ts'

/** About 2 KiB each: 8 MiB at most. */
const maxKept = 4000

/** What of a request shapes the body of a server, beside the server itself. */
const variantOf = (ctx: Ctx, options: ServerViewOptions): string =>
  [
    ctx.version,
    ctx.baseUrl,
    options.extended,
    options.extraSpecs,
    options.single,
    options.hostStatus !== null,
    ctx.caller.roles.includes('admin'),
  ].join(' ')

/** Gives the JSON of servers with everything, each as `viewServer` has it. */
export type ServerTexts = (ctx: Ctx, rows: readonly ServerRow[], options: ServerViewOptions) => string[]

export function createServerTexts(): ServerTexts {
  const kept = new LRUCache<string, { readonly revision: number; readonly text: string }>({ max: maxKept })
  return (ctx, rows, options) => {
    const variant = variantOf(ctx, options)
    return rows.map((row) => {
      // The state of its host is no part of the server's revision.
      const key = `${row.id} ${options.hostStatus?.get(row.host ?? '') ?? ''} ${variant}`
      const known = kept.get(key)
      if (known?.revision === row.revision) return known.text
      const text = JSON.stringify(viewServer(ctx, row, options))
      kept.set(key, { revision: row.revision, text })
      return text
    })
  }
}
