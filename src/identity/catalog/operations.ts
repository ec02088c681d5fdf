// The catalog is rendered once a project, as JSON text, and kept until anything in identity changes:
// it is the largest part of a token's body and the same for every token of a project.

import type { Ctx } from '#platform/context.ts'
import { fillUrl, type UrlValues } from '../endpoints/rules.ts'
import { type Endpoint, listEnabledEndpoints } from '../endpoints/store.ts'
import { type CatalogService, listEnabledServices } from '../services/store.ts'

/** Services and endpoints as a token's body lists them. */
export type Catalog = {
  /** The JSON array for one user and project (null: the token has none, and endpoints that name one are left out). */
  readonly render: (values: UrlValues) => string
}

/** Reads the catalog: two queries. */
export async function loadCatalog(ctx: Ctx): Promise<Catalog> {
  const [services, endpoints] = await Promise.all([listEnabledServices(ctx), listEnabledEndpoints(ctx)])
  const byService = Map.groupBy(endpoints, ({ serviceId }) => serviceId)
  // Most clouds have no ids in their URLs: one text then serves every token.
  const shared = endpoints.some(({ url }) => /[%$]/.test(url)) ? undefined : render(services, byService, nobody)
  return { render: (values) => shared ?? render(services, byService, values) }
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
