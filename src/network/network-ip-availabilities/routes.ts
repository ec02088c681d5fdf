import { type SqlBool, sql } from 'kysely'
import { route } from '#platform/http/route.ts'
import { byText, type ListSpec, pickFields, readListing } from '../listing/listing.ts'
import { getAvailability, listAvailabilities } from './operations.ts'

const path = '/v2.0/network-ip-availabilities'

const spec: ListSpec = {
  collection: 'network_ip_availabilities',
  table: 'network_networks',
  filters: {
    network_id: byText('id'),
    network_name: byText('name'),
    project_id: byText('project_id'),
    tenant_id: byText('project_id'),
    // A network counts when it has a subnet of the version.
    ip_version: (values) =>
      sql<SqlBool>`id in (select network_id from network_subnets where ip_version in (${sql.join(values.map(Number))}))`,
  },
  sorts: {},
}

/** https://docs.openstack.org/api-ref/network/v2/#network-ip-availability-and-usage-stats */
export const networkIpAvailabilityRoutes = [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: null,
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(spec, ctx.baseUrl + path, rawQuery)
      const found = await listAvailabilities(ctx, listing)
      return { network_ip_availabilities: found.map((each) => pickFields(listing.fields, each)) }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/network-ip-availabilities/:id',
    status: 200,
    policy: null,
    handle: async (ctx, { params }) => ({ network_ip_availability: await getAvailability(ctx, params.id) }),
  }),
]
