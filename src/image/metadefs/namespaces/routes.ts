import { Type } from 'typebox'
import { badRequest } from '#platform/errors.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { parseNamespace } from '../bodies.ts'
import { parseDirection, parseLimit } from '../items/page.ts'
import type { ItemKind, ItemRow } from '../rows.ts'
import { bodyOf, viewAssociation, viewNamespace, viewObject, viewProperties, viewTags } from '../view.ts'
import {
  createNamespace,
  deleteNamespace,
  getNamespace,
  listNamespaces,
  type NamespaceListQuery,
  updateNamespace,
  type WholeNamespace,
} from './operations.ts'
import { namespaceSortKeys } from '../rows.ts'

const USUAL_LIMIT = 25

/** Namespaces: https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-namespaces */
export const namespaceRoutes = [
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces',
    status: 200,
    policy: 'get_metadef_namespaces',
    handle: async (ctx, { rawQuery }) => {
      const query = new URLSearchParams(rawQuery)
      const { namespaces, next } = await listNamespaces(ctx, parseQuery(query))
      query.delete('marker')
      const first = query.toString()
      if (next !== undefined) query.set('marker', next)
      return {
        namespaces: namespaces.map(({ row, items }) => ({
          ...viewNamespace(row),
          ...(items.length === 0 ? {} : { resource_type_associations: items.map(viewAssociation) }),
        })),
        first: first === '' ? '/v2/metadefs/namespaces' : `/v2/metadefs/namespaces?${first}`,
        schema: '/v2/schemas/metadefs/namespaces',
        ...(next === undefined ? {} : { next: `/v2/metadefs/namespaces?${query.toString()}` }),
      }
    },
  }),
  route({
    method: 'POST',
    path: '/v2/metadefs/namespaces',
    status: 201,
    policy: 'add_metadef_namespace',
    target: 'read',
    body: Type.Unknown(),
    bodyOptional: true,
    handle: async (ctx, { body }) => {
      const asked = parseNamespace(body)
      const view = viewNamespace(await createNamespace(ctx, asked))
      const { resource_type_associations: about, objects, properties, tags } = asked
      return reply({
        headers: { 'content-type': 'application/json', location: `${ctx.baseUrl}${view.self}` },
        body: JSON.stringify({
          ...view,
          ...(about === undefined ? {} : { resource_type_associations: about }),
          ...(objects === undefined ? {} : { objects }),
          ...(properties === undefined ? {} : { properties }),
          ...(tags === undefined ? {} : { tags }),
        }),
      })
    },
  }),
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace',
    status: 200,
    policy: 'get_metadef_namespace',
    handle: async (ctx, { params, rawQuery }) => {
      const type = new URLSearchParams(rawQuery).get('resource_type') ?? ''
      return viewWhole(await getNamespace(ctx, params.namespace), type)
    },
  }),
  route({
    method: 'PUT',
    path: '/v2/metadefs/namespaces/:namespace',
    status: 200,
    policy: 'modify_metadef_namespace',
    target: 'read',
    body: Type.Unknown(),
    bodyOptional: true,
    handle: async (ctx, { params, body }) =>
      viewNamespace(await updateNamespace(ctx, params.namespace, parseNamespace(body))),
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace',
    status: 204,
    policy: 'delete_metadef_namespace',
    target: 'read',
    handle: (ctx, { params }) => deleteNamespace(ctx, params.namespace),
  }),
]

/** @throws badRequest */
const parseQuery = (query: URLSearchParams): NamespaceListQuery => {
  const visibility = query.get('visibility') || undefined
  if (visibility !== undefined && visibility !== 'public' && visibility !== 'private') {
    throw badRequest(`Invalid visibility value: ${visibility}`)
  }
  const sortKey = namespaceSortKeys.find((key) => key === (query.get('sort_key') ?? 'created_at'))
  if (sortKey === undefined) throw badRequest(`Invalid sort key: ${query.get('sort_key') ?? ''}`)
  return {
    sortKey,
    direction: parseDirection(query.get('sort_dir')),
    limit: parseLimit(query.get('limit'), 0) ?? USUAL_LIMIT,
    marker: query.get('marker') || undefined,
    visibility,
    resourceTypes: query.get('resource_types')?.split(','),
  }
}

type Named = Readonly<Record<string, unknown>>

const prefixed = (prefix: string, values: Named): Named =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))

/** A namespace with all it has, its properties named as they are on a type of resources. */
const viewWhole = ({ row, items }: WholeNamespace, resourceType: string) => {
  const of = (kind: ItemKind): ItemRow[] => items.filter((item) => item.kind === kind)
  const [about, objects, properties, tags] = [of('association'), of('object'), of('property'), of('tag')]
  const association = about.find(({ name }) => name === resourceType)
  const own = association === undefined ? undefined : bodyOf(association)['prefix']
  const prefix = typeof own === 'string' ? own : ''
  const viewed = objects.map(viewObject).map((view) => ({
    ...view,
    properties: prefixed(prefix, view.properties),
    required: view.required.map((name) => `${prefix}${String(name)}`),
  }))
  return {
    ...viewNamespace(row),
    ...(viewed.length === 0 ? {} : { objects: viewed }),
    ...(about.length === 0 ? {} : { resource_type_associations: about.map(viewAssociation) }),
    ...(properties.length === 0 ? {} : { properties: prefixed(prefix, viewProperties(properties)) }),
    ...(tags.length === 0 ? {} : { tags: viewTags(tags) }),
  }
}
