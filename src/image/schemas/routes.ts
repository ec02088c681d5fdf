import { route } from '#platform/http/route.ts'
import { metadefDocuments } from '../metadefs/documents.ts'
import { schemaDocuments } from './documents.ts'

/** Schemas: https://docs.openstack.org/api-ref/image/v2/#image-schemas */
const documents: Readonly<Record<string, object>> = {
  ...schemaDocuments,
  ...Object.fromEntries(Object.entries(metadefDocuments).map(([name, each]) => [`metadefs/${name}`, each])),
}

export const schemaRoutes = Object.entries(documents).map(([name, document]) =>
  route({
    method: 'GET',
    path: `/v2/schemas/${name}`,
    status: 200,
    policy: null,
    handle: () => document,
  }),
)
