import { route } from '#platform/http/route.ts'
import { schemaDocuments } from './documents.ts'

/** Schemas: https://docs.openstack.org/api-ref/image/v2/#image-schemas */
export const schemaRoutes = Object.entries(schemaDocuments).map(([name, document]) =>
  route({
    method: 'GET',
    path: `/v2/schemas/${name}`,
    status: 200,
    policy: null,
    handle: () => document,
  }),
)
