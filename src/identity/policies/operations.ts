import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { notFound } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { otherAttributes } from '../attributes.ts'
import { type Endpoint, findEndpoint, listAllEndpoints } from '../endpoints/store.ts'
import { notFoundIn, validationError } from '../errors.ts'
import { cut, type ListQuery, pageOf } from '../lists.ts'
import { findRegion } from '../regions/store.ts'
import { findService } from '../services/store.ts'
import { matchesPlace, moreSpecific } from './rules.ts'
import type { CreatePolicy, UpdatePolicy } from './schemas.ts'
import * as store from './store.ts'

const columns: ReadonlySet<string> = new Set(['id', 'type', 'blob', 'links'])

/** @throws notFound */
export async function getPolicy(ctx: Ctx, id: string): Promise<store.Policy> {
  const policy = await store.findPolicy(ctx, id)
  if (!policy) throw notFoundIn('policy', id)
  return policy
}

export async function listPolicies(ctx: Ctx, query: ListQuery) {
  const page = pageOf(query, store.policyFilters)
  return cut(await store.listPolicies(ctx, page), page)
}

export async function createPolicy(ctx: Ctx, body: CreatePolicy): Promise<store.Policy> {
  const policy = { id: newHexId(), type: body.type, blob: body.blob, extra: otherAttributes(body, columns) }
  await store.insertPolicy(ctx, policy)
  return policy
}

/** @throws notFound */
export async function updatePolicy(ctx: Ctx, id: string, body: UpdatePolicy): Promise<store.Policy> {
  if ('id' in body && body.id !== id) throw validationError('Cannot change policy ID')
  const old = await getPolicy(ctx, id)
  const policy = {
    id,
    type: body.type ?? old.type,
    blob: body.blob ?? old.blob,
    extra: { ...old.extra, ...otherAttributes(body, columns) },
  }
  await store.savePolicy(ctx, policy)
  return policy
}

/** @throws notFound */
export async function deletePolicy(ctx: Ctx, id: string): Promise<void> {
  await getPolicy(ctx, id)
  await store.removePolicy(ctx, id)
}

/** What a policy is put on: an endpoint, a service, or a service in a region; the rest is ''. */
export type Place = Omit<store.Association, 'policy_id'>

async function checkPlace(ctx: Ctx, policyId: string, place: Place): Promise<store.Association> {
  await getPolicy(ctx, policyId)
  const { endpoint_id, service_id, region_id } = place
  if (endpoint_id !== '' && !(await findEndpoint(ctx, endpoint_id))) throw notFoundIn('endpoint', endpoint_id)
  if (service_id !== '' && !(await findService(ctx, service_id))) throw notFoundIn('service', service_id)
  if (region_id !== '' && !(await findRegion(ctx, region_id))) throw notFoundIn('region', region_id)
  return { policy_id: policyId, ...place }
}

/** @throws notFound */
export const createAssociation = (ctx: Ctx, policyId: string, place: Place): Promise<void> =>
  inTransaction(ctx, async (tx) => store.saveAssociation(tx, await checkPlace(tx, policyId, place)))

/** @throws notFound */
export async function checkAssociation(ctx: Ctx, policyId: string, place: Place): Promise<void> {
  const wanted = await checkPlace(ctx, policyId, place)
  const known = await store.listAssociations(ctx, policyId)
  if (!known.some((row) => moreSpecific.every((column) => row[column] === wanted[column]))) {
    throw notFound('Could not find policy association.')
  }
}

/** @throws notFound */
export async function deleteAssociation(ctx: Ctx, policyId: string, place: Place): Promise<void> {
  await checkPlace(ctx, policyId, place)
  await store.removeAssociation(ctx, place)
}

/** Endpoints a policy is in force for. @throws notFound */
export async function listEndpointsOfPolicy(ctx: Ctx, policyId: string): Promise<Endpoint[]> {
  await getPolicy(ctx, policyId)
  const rows = await store.listAssociations(ctx, policyId)
  return (await listAllEndpoints(ctx)).filter((endpoint) => rows.some((row) => matchesPlace(row, endpoint)))
}

/** The policy in force for an endpoint: its own, else its service's in its region or a region above, else its service's. @throws notFound */
export async function getPolicyOfEndpoint(ctx: Ctx, endpointId: string): Promise<store.Policy> {
  const endpoint = await findEndpoint(ctx, endpointId)
  if (!endpoint) throw notFoundIn('endpoint', endpointId)
  const rows = await store.listAssociations(ctx)
  const own = rows.find((row) => row.endpoint_id === endpointId)
  if (own) return getPolicy(ctx, own.policy_id)
  const ofService = rows.filter((row) => row.service_id === endpoint.serviceId)
  const seen = new Set<string>()
  let region = endpoint.regionId
  while (region !== null && !seen.has(region)) {
    seen.add(region)
    const here = ofService.find((row) => row.region_id === region)
    if (here) return getPolicy(ctx, here.policy_id)
    region = (await findRegion(ctx, region))?.parent_region_id ?? null
  }
  const anywhere = ofService.find((row) => row.region_id === '')
  if (!anywhere) throw notFound(`No policy is associated with endpoint ${endpointId}.`)
  return getPolicy(ctx, anywhere.policy_id)
}
