// The catalog is rendered once a project, as JSON text, and kept until anything in identity changes:
// it is the largest part of a token's body and the same for every token of a project.

import type { Ctx } from '#platform/context.ts'
import type { Attributes } from '../attributes.ts'
import { matchesFilters } from '../endpoint-groups/rules.ts'
import { listEndpointGroups, listProjectEndpoints, listProjectGroups } from '../endpoint-groups/store.ts'
import { fillUrl, type UrlValues } from '../endpoints/rules.ts'
import { type Endpoint, listEnabledEndpoints } from '../endpoints/store.ts'
import { pageOf } from '../lists.ts'
import { listServiceProviders, serviceProviderFilters } from '../service-providers/store.ts'
import { type CatalogService, listEnabledServices } from '../services/store.ts'

/** Services and endpoints as a token's body lists them. */
export type Catalog = {
  /** The JSON array for one user and project (null: the token has none, and endpoints that name one are left out). */
  readonly render: (values: UrlValues) => string
  /** The JSON array of other clouds that take our word; null: there are none. */
  readonly serviceProviders: string | null
}

/** Reads the catalog and who sees which part of it: six queries. */
export async function loadCatalog(ctx: Ctx): Promise<Catalog> {
  const [services, endpoints] = await Promise.all([listEnabledServices(ctx), listEnabledEndpoints(ctx)])
  const chosen = await chosenFor(ctx, endpoints)
  const byService = Map.groupBy(endpoints, ({ serviceId }) => serviceId)
  // Most clouds have no ids in their URLs: one text then serves every token.
  const shared = endpoints.some(({ url }) => /[%$]/.test(url)) ? undefined : render(services, byService, nobody)
  const providers = await listServiceProviders(ctx, pageOf({ enabled: '1' }, serviceProviderFilters))
  const known = providers.map(({ id, auth_url, sp_url }) => ({ auth_url, id, sp_url }))
  return {
    serviceProviders: known.length === 0 ? null : JSON.stringify(known),
    render: (values) => {
      const own = values.projectId === null ? undefined : chosen.get(values.projectId)
      if (!own || own.length === 0) return shared ?? render(services, byService, values)
      return render(
        services,
        Map.groupBy(own, ({ serviceId }) => serviceId),
        values,
      )
    },
  }
}

/** Projects that see some endpoints only, and which. */
async function chosenFor(ctx: Ctx, endpoints: readonly Endpoint[]): Promise<Map<string, Endpoint[]>> {
  const [pairs, grouped] = await Promise.all([listProjectEndpoints(ctx, {}), listProjectGroups(ctx, {})])
  if (pairs.length + grouped.length === 0) return new Map()
  const groups = new Map((await listEndpointGroups(ctx)).map((group) => [group.id, group.filters] as const))
  const projects = new Set([...pairs, ...grouped].map(({ project_id }) => project_id))
  return new Map(
    [...projects].map((projectId) => {
      const single = new Set(pairs.filter((pair) => pair.project_id === projectId).map((pair) => pair.endpoint_id))
      const filters: Attributes[] = []
      for (const pair of grouped) {
        const filter = pair.project_id === projectId ? groups.get(pair.endpoint_group_id) : undefined
        if (filter) filters.push(filter)
      }
      const own = endpoints.filter(
        (endpoint) => single.has(endpoint.id) || filters.some((filter) => matchesFilters(endpoint, filter)),
      )
      return [projectId, own]
    }),
  )
}

const nobody: UrlValues = { userId: '', projectId: null }

function render(
  services: readonly CatalogService[],
  byService: ReadonlyMap<string, readonly Endpoint[]>,
  values: UrlValues,
): string {
  return JSON.stringify(
    services.map(({ id, type, name }) => ({
      endpoints: (byService.get(id) ?? []).flatMap((endpoint) => {
        const url = fillUrl(endpoint.url, values)
        if (url === undefined) return []
        const { regionId } = endpoint
        return [{ id: endpoint.id, interface: endpoint.interface, region_id: regionId, url, region: regionId }]
      }),
      id,
      type,
      name,
    })),
  )
}
