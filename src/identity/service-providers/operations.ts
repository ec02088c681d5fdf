import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { flagOf } from '../attributes.ts'
import { conflictIn, notFoundIn } from '../errors.ts'
import { checkId } from '../identity-providers/operations.ts'
import { cut, type ListQuery, pageOf } from '../lists.ts'
import type { CreateServiceProvider, UpdateServiceProvider } from './schemas.ts'
import * as store from './store.ts'

export async function listServiceProviders(ctx: Ctx, query: ListQuery) {
  const page = pageOf(query, store.serviceProviderFilters)
  return cut(await store.listServiceProviders(ctx, page), page)
}

/** @throws notFound */
export async function getServiceProvider(ctx: Ctx, id: string): Promise<store.ServiceProviderRow> {
  const row = await store.findServiceProvider(ctx, id)
  if (!row) throw notFoundIn('Service Provider', id)
  return row
}

/**
 * @param relayStatePrefix how the RelayState of its assertions begins where the body does not say
 * @throws conflict, badRequest (id)
 */
export async function createServiceProvider(
  ctx: Ctx,
  id: string,
  body: CreateServiceProvider,
  relayStatePrefix: string,
): Promise<store.ServiceProviderRow> {
  checkId(id)
  const row = {
    id,
    enabled: flagOf(body.enabled, false) ? 1 : 0,
    description: body.description ?? null,
    auth_url: body.auth_url,
    sp_url: body.sp_url,
    relay_state_prefix: body.relay_state_prefix ?? relayStatePrefix,
  }
  try {
    await store.insertServiceProvider(ctx, row)
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('service_provider', `Duplicate entry found with ID ${id}`) : error
  }
  return row
}

/** @throws notFound */
export function updateServiceProvider(
  ctx: Ctx,
  id: string,
  { enabled, relay_state_prefix, ...body }: UpdateServiceProvider,
): Promise<store.ServiceProviderRow> {
  return inTransaction(ctx, async (tx) => {
    const old = await getServiceProvider(tx, id)
    const row = {
      ...old,
      ...body,
      enabled: flagOf(enabled, old.enabled === 1) ? 1 : 0,
      relay_state_prefix: relay_state_prefix ?? old.relay_state_prefix,
    }
    await store.saveServiceProvider(tx, row)
    return row
  })
}

/** @throws notFound */
export const deleteServiceProvider = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getServiceProvider(tx, id)
    await store.removeServiceProvider(tx, id)
  })
