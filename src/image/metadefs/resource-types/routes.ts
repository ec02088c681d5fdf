import { Type } from 'typebox'
import { route } from '#platform/http/route.ts'
import { parseBody } from '../bodies.ts'
import { viewAssociation, viewResourceType } from '../view.ts'
import { addAssociation, getAssociations, getResourceTypes, removeAssociation } from './operations.ts'

/** Types of resources: https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-resource-types */
export const resourceTypeRoutes = [
  route({
    method: 'GET',
    path: '/v2/metadefs/resource_types',
    status: 200,
    policy: 'list_metadef_resource_types',
    handle: async (ctx) => ({ resource_types: (await getResourceTypes(ctx)).map(viewResourceType) }),
  }),
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace/resource_types',
    status: 200,
    policy: 'list_metadef_resource_types',
    handle: async (ctx, { params }) => ({
      resource_type_associations: (await getAssociations(ctx, params.namespace)).map(viewAssociation),
    }),
  }),
  route({
    method: 'POST',
    path: '/v2/metadefs/namespaces/:namespace/resource_types',
    status: 201,
    policy: 'add_metadef_resource_type_association',
    target: 'read',
    body: Type.Unknown(),
    bodyOptional: true,
    handle: async (ctx, { params, body }) =>
      viewAssociation(await addAssociation(ctx, params.namespace, parseBody('resource_type_association', body))),
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace/resource_types/:name',
    status: 204,
    policy: 'remove_metadef_resource_type_association',
    target: 'read',
    handle: (ctx, { params }) => removeAssociation(ctx, params.namespace, params.name),
  }),
]
