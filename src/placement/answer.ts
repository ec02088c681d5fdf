import type { IncomingHttpHeaders } from 'node:http'
import type { Ctx } from '#platform/context.ts'
import { notAcceptable } from '#platform/errors.ts'
import type { Route } from '#platform/http/route.ts'
import { type Reply, reply } from '#platform/http/reply.ts'
import { CACHE_HEADERS } from './versions.ts'

/**
 * An answer with the cache headers that 1.15 brought.
 * @param modified milliseconds; absent: the time of the request, as Placement says where it does not know; null: not said
 */
export const answer = (
  ctx: Ctx,
  body: unknown,
  {
    modified = ctx.now,
    status,
    headers = {},
  }: { modified?: number | null; status?: number; headers?: Record<string, string> } = {},
): Reply =>
  reply({
    ...(status === undefined ? {} : { status }),
    headers:
      ctx.version < CACHE_HEADERS
        ? headers
        : {
            'cache-control': 'no-cache',
            ...(modified === null ? {} : { 'last-modified': new Date(modified).toUTCString() }),
            ...headers,
          },
    body,
  })

/** The latest of the times, or nothing where there are none. */
export const latest = (times: Iterable<number>): { modified?: number } => {
  let modified: number | undefined
  for (const time of times) if (modified === undefined || time > modified) modified = time
  return modified === undefined ? {} : { modified }
}

/** The route, with a refusal of those who do not take JSON before anything of the request is looked at, where it answers JSON. */
export const answersJson = (row: Route): Route => {
  if (row.open || row.method !== 'GET' || row.status !== 200) return row
  return {
    ...row,
    prepare: (req, version, invalid) => {
      requireJson(req.headers)
      return row.prepare(req, version, invalid)
    },
  }
}

/** @throws notAcceptable where the caller takes anything but JSON */
const requireJson = ({ accept }: IncomingHttpHeaders): void => {
  if (accept === undefined || accept === '' || accept === '*/*') return
  const takesJson = accept
    .split(',')
    .map((part) => part.split(';')[0]?.trim())
    .some((type) => type === 'application/json' || type === 'application/*' || type === '*/*')
  if (!takesJson) throw notAcceptable('Only application/json is provided')
}
