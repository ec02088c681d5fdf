import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { newHexId } from '#platform/ids.ts'
import { isOtherId, otherAttributes } from '../attributes.ts'
import { removeEndpointsOfService } from '../endpoints/store.ts'
import { notFoundIn, validationError } from '../errors.ts'
import { cut, type ListQuery, pageOf } from '../lists.ts'
import type { CreateService, UpdateService } from './schemas.ts'
import * as store from './store.ts'

const columns: ReadonlySet<string> = new Set(['id', 'type', 'name', 'enabled', 'links'])

export async function listServices(ctx: Ctx, query: ListQuery) {
  const page = pageOf(query, store.serviceFilters)
  return cut(await store.listServices(ctx, page), page)
}

/** @throws notFound */
export async function getService(ctx: Ctx, id: string): Promise<store.CatalogService> {
  const service = await store.findService(ctx, id)
  if (!service) throw notFoundIn('service', id)
  return service
}

export async function createService(ctx: Ctx, body: CreateService): Promise<store.CatalogService> {
  const service = {
    id: newHexId(),
    type: body.type,
    name: body.name ?? '',
    enabled: body.enabled ?? true,
    extra: otherAttributes(body, columns),
  }
  await store.insertService(ctx, service)
  return service
}

/**
 * Changes what the body names and keeps the rest.
 * @throws notFound, badRequest (another id)
 */
export function updateService(ctx: Ctx, id: string, body: UpdateService): Promise<store.CatalogService> {
  return inTransaction(ctx, async (tx) => {
    if (isOtherId(body, id)) throw validationError('Cannot change ID')
    const old = await getService(tx, id)
    const { type = old.type, name = old.name, enabled = old.enabled } = body
    const service = { id, type, name, enabled, extra: { ...old.extra, ...otherAttributes(body, columns) } }
    await store.saveService(tx, service)
    return service
  })
}

/**
 * Deletes a service and its endpoints.
 * @throws notFound
 */
export const deleteService = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getService(tx, id)
    await removeEndpointsOfService(tx, id)
    await store.removeService(tx, id)
  })
