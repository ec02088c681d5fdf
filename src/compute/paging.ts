import type { Ctx } from '#platform/context.ts'

/** Rows of a page, and whether more follow. */
export type Page<T> = { readonly rows: readonly T[]; readonly more: boolean }

/** Cuts a list that was fetched with one row more than asked for. */
export const cutPage = <T>(rows: readonly T[], limit: number): Page<T> => ({
  rows: rows.slice(0, limit),
  more: rows.length > limit,
})

/** Nova's `<collection>_links`: there only when a next page is. The query is repeated with the marker moved. */
export function nextLink(ctx: Ctx, path: string, rawQuery: string, last: string | undefined, more: boolean) {
  if (!more || last === undefined) return undefined
  const query = new URLSearchParams(rawQuery)
  query.set('marker', last)
  return [{ rel: 'next', href: `${ctx.baseUrl}/v2.1${path}?${query.toString()}` }]
}

/** The two links that most of Nova's bodies carry. */
export const selfLinks = (ctx: Ctx, path: string) => [
  { rel: 'self', href: `${ctx.baseUrl}/v2.1${path}` },
  { rel: 'bookmark', href: `${ctx.baseUrl}${path}` },
]
