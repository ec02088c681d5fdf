import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { newHexId } from '#platform/ids.ts'
import { isOtherId, otherAttributes } from '../attributes.ts'
import { removeEndpointFilters } from '../endpoint-groups/store.ts'
import { expecting, notFoundIn, validationError } from '../errors.ts'
import { cut, type ListQuery, pageOf } from '../lists.ts'
import { findRegion, insertRegion } from '../regions/store.ts'
import { findService } from '../services/store.ts'
import { isEndpointUrl } from './rules.ts'
import type { CreateEndpoint, UpdateEndpoint } from './schemas.ts'
import * as store from './store.ts'

const columns: ReadonlySet<string> = new Set([
  'id',
  'interface',
  'region',
  'region_id',
  'service_id',
  'url',
  'enabled',
  'legacy_endpoint_id',
  'links',
])

export async function listEndpoints(ctx: Ctx, query: ListQuery) {
  const page = pageOf(query, store.endpointFilters)
  return cut(await store.listEndpoints(ctx, page), page)
}

/** @throws notFound */
export async function getEndpoint(ctx: Ctx, id: string): Promise<store.Endpoint> {
  const endpoint = await store.findEndpoint(ctx, id)
  if (!endpoint) throw notFoundIn('endpoint', id)
  return endpoint
}

/**
 * Creates an endpoint. The old attribute `region` makes the region where there is none of that name.
 * @throws badRequest (URL, service, region)
 */
export function createEndpoint(ctx: Ctx, body: CreateEndpoint): Promise<store.Endpoint> {
  return inTransaction(ctx, async (tx) => {
    checkUrl(body.url)
    const regionId = await regionOf(tx, body)
    await checkService(tx, body.service_id)
    const endpoint = {
      id: newHexId(),
      interface: body.interface,
      regionId: regionId ?? null,
      serviceId: body.service_id,
      url: body.url,
      enabled: body.enabled ?? true,
      extra: otherAttributes(body, columns),
    }
    await store.insertEndpoint(tx, endpoint)
    return endpoint
  })
}

/**
 * Changes what the body names and keeps the rest.
 * @throws notFound, badRequest (another id, URL, service, region)
 */
export function updateEndpoint(ctx: Ctx, id: string, body: UpdateEndpoint): Promise<store.Endpoint> {
  return inTransaction(ctx, async (tx) => {
    if (isOtherId(body, id)) throw validationError('Cannot change ID')
    const old = await getEndpoint(tx, id)
    if (body.url !== undefined) checkUrl(body.url)
    if (body.service_id !== undefined) await checkService(tx, body.service_id)
    const regionId = await regionOf(tx, body)
    const endpoint = {
      id,
      interface: body.interface ?? old.interface,
      regionId: regionId === undefined ? old.regionId : regionId,
      serviceId: body.service_id ?? old.serviceId,
      url: body.url ?? old.url,
      enabled: body.enabled ?? old.enabled,
      extra: { ...old.extra, ...otherAttributes(body, columns) },
    }
    await store.saveEndpoint(tx, endpoint)
    return endpoint
  })
}

/** @throws notFound */
export async function deleteEndpoint(ctx: Ctx, id: string): Promise<void> {
  await getEndpoint(ctx, id)
  await removeEndpointFilters(ctx, { endpointIds: [id] })
  await store.removeEndpoint(ctx, id)
}

function checkUrl(url: string): void {
  if (!isEndpointUrl(url)) throw validationError(`Cannot create an endpoint with an invalid URL: ${url}.`)
}

async function checkService(ctx: Ctx, id: string): Promise<void> {
  if (!(await findService(ctx, id))) throw expecting('endpoint service_id', 'service table')
}

async function regionOf(
  ctx: Ctx,
  { region_id, region }: Pick<UpdateEndpoint, 'region_id' | 'region'>,
): Promise<string | null | undefined> {
  if (typeof region_id === 'string') {
    if (!(await findRegion(ctx, region_id))) throw expecting('endpoint region_id', 'region table')
    return region_id
  }
  if (typeof region !== 'string') return region_id
  if (!(await findRegion(ctx, region))) {
    await insertRegion(ctx, { id: region, description: '', parent_region_id: null, extra: '{}' })
  }
  return region
}
