import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { cutPage, type Page } from '../paging.ts'
import { maxPage } from '../parameters.ts'
import { findAnyServer } from '../servers/store/read.ts'
import type { Period } from './rules.ts'
import type { ShowUsage } from './schemas.ts'
import { listServersInPeriod, type UsedServer } from './store.ts'

/** The first version whose answers come in pages. */
const PAGED = 40

/**
 * Servers of the period: a page of them, or before pages came all.
 * @param projectId whose; undefined: everybody's
 * @throws forbidden, badRequest (marker)
 */
export async function listUsedServers(
  ctx: Ctx,
  period: Period,
  projectId: string | undefined,
  { limit, marker }: ShowUsage,
): Promise<Page<UsedServer>> {
  if (projectId === undefined) ctx.authorize('os_compute_api:os-simple-tenant-usage:list')
  else ctx.authorize('os_compute_api:os-simple-tenant-usage:show', { project_id: projectId })
  if (ctx.version < PAGED) return { rows: await readAll(ctx, period, projectId), more: false }
  const after = marker === undefined ? undefined : await findAnyServer(ctx, marker)
  if (marker !== undefined && after === undefined) throw badRequest(`marker [${marker}] not found`)
  const size = Math.min(limit ?? maxPage, maxPage)
  return cutPage(await listServersInPeriod(ctx, period, { projectId, after, limit: size + 1 }), size)
}

async function readAll(ctx: Ctx, period: Period, projectId: string | undefined): Promise<UsedServer[]> {
  const all: UsedServer[] = []
  for (let some: UsedServer[] | undefined; some === undefined || some.length === maxPage; all.push(...some)) {
    some = await listServersInPeriod(ctx, period, { projectId, after: all.at(-1), limit: maxPage })
  }
  return all
}
