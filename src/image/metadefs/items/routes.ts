import { Type } from 'typebox'
import { notFound } from '#platform/errors.ts'
import type { Ctx } from '#platform/context.ts'
import { route } from '#platform/http/route.ts'
import { oneHeader } from '../../data/routes.ts'
import { parseBody, parseObject } from '../bodies.ts'
import { getAssociation } from '../resource-types/operations.ts'
import type { ItemRow } from '../rows.ts'
import { bodyOf, viewNewObject, viewObject, viewProperty, viewTag, viewTags } from '../view.ts'
import { objects, properties, tags } from './kinds.ts'
import { addItem, changeItem, getItem, getItems, removeItem, removeItems, setTags } from './operations.ts'
import { pageOf } from './page.ts'

const anyBody = { body: Type.Unknown(), bodyOptional: true } as const

const objectOf = (body: unknown) => {
  const { name, ...rest } = parseObject(body)
  return { name, body: rest }
}

const propertyOf = (body: unknown) => {
  const { name, ...rest } = parseBody('property', body)
  return { name, body: rest }
}

const tagOf = (name: string) => ({ name: parseBody('tag', { name }).name, body: {} })

/** Objects: https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-objects */
export const objectRoutes = [
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace/objects',
    status: 200,
    policy: 'get_metadef_objects',
    handle: async (ctx, { params, rawQuery }) => {
      const items = await getItems(ctx, objects, params.namespace)
      return { objects: pageOf(items, rawQuery, 1).map(viewObject), schema: 'v2/schemas/metadefs/objects' }
    },
  }),
  route({
    method: 'POST',
    path: '/v2/metadefs/namespaces/:namespace/objects',
    status: 201,
    policy: 'add_metadef_object',
    target: 'read',
    ...anyBody,
    handle: async (ctx, { params, body }) =>
      viewNewObject(await addItem(ctx, objects, params.namespace, objectOf(body))),
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace/objects',
    status: 204,
    policy: 'delete_metadef_namespace',
    target: 'read',
    handle: (ctx, { params }) => removeItems(ctx, objects, params.namespace),
  }),
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace/objects/:name',
    status: 200,
    policy: 'get_metadef_object',
    handle: async (ctx, { params }) => viewObject(await getItem(ctx, objects, params.namespace, params.name)),
  }),
  route({
    method: 'PUT',
    path: '/v2/metadefs/namespaces/:namespace/objects/:name',
    status: 200,
    policy: 'modify_metadef_object',
    target: 'read',
    ...anyBody,
    handle: async (ctx, { params, body }) =>
      viewObject(await changeItem(ctx, objects, params.namespace, params.name, objectOf(body))),
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace/objects/:name',
    status: 204,
    policy: 'delete_metadef_object',
    target: 'read',
    handle: (ctx, { params }) => removeItem(ctx, objects, params.namespace, params.name),
  }),
]

/** Properties: https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-properties */
export const propertyRoutes = [
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace/properties',
    status: 200,
    policy: 'get_metadef_properties',
    handle: async (ctx, { params }) => {
      const items = await getItems(ctx, properties, params.namespace)
      return { properties: Object.fromEntries(items.map((item) => [item.name, viewProperty(item)])) }
    },
  }),
  route({
    method: 'POST',
    path: '/v2/metadefs/namespaces/:namespace/properties',
    status: 201,
    policy: 'add_metadef_property',
    target: 'read',
    ...anyBody,
    handle: async (ctx, { params, body }) =>
      viewProperty(await addItem(ctx, properties, params.namespace, propertyOf(body))),
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace/properties',
    status: 204,
    policy: 'delete_metadef_namespace',
    target: 'read',
    handle: (ctx, { params }) => removeItems(ctx, properties, params.namespace),
  }),
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace/properties/:name',
    status: 200,
    policy: 'get_metadef_property',
    handle: async (ctx, { params, rawQuery }) => viewProperty(await findProperty(ctx, params, rawQuery)),
  }),
  route({
    method: 'PUT',
    path: '/v2/metadefs/namespaces/:namespace/properties/:name',
    status: 200,
    policy: 'modify_metadef_property',
    target: 'read',
    ...anyBody,
    handle: async (ctx, { params, body }) =>
      viewProperty(await changeItem(ctx, properties, params.namespace, params.name, propertyOf(body))),
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace/properties/:name',
    status: 204,
    policy: 'remove_metadef_property',
    target: 'read',
    handle: (ctx, { params }) => removeItem(ctx, properties, params.namespace, params.name),
  }),
]

/** A property by its name, or by the name it has on a type of resources. */
const findProperty = async (
  ctx: Ctx,
  { namespace, name }: { namespace: string; name: string },
  rawQuery: string,
): Promise<ItemRow> => {
  const type = new URLSearchParams(rawQuery).get('resource_type')
  if (type === null || type === '') return getItem(ctx, properties, namespace, name)
  const { prefix } = bodyOf(await getAssociation(ctx, namespace, type))
  const expected = typeof prefix === 'string' ? prefix : ''
  if (expected === '' || !name.startsWith(expected)) {
    const shown = expected === '' ? 'None' : expected
    throw notFound(`Property ${name} does not start with the expected resource type association prefix of '${shown}'.`)
  }
  return getItem(ctx, properties, namespace, name.slice(expected.length))
}

/** Tags: https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-tags */
export const tagRoutes = [
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace/tags',
    status: 200,
    policy: 'get_metadef_tags',
    handle: async (ctx, { params, rawQuery }) => ({
      tags: viewTags(pageOf(await getItems(ctx, tags, params.namespace), rawQuery, 0)),
    }),
  }),
  route({
    method: 'POST',
    path: '/v2/metadefs/namespaces/:namespace/tags',
    status: 201,
    policy: 'add_metadef_tags',
    target: 'read',
    ...anyBody,
    handle: async (ctx, { params, headers, body }) => {
      const names = (parseBody('tags', body).tags ?? []).map(({ name }) => tagOf(name).name)
      const isAdding = /^(t|true|on|y|yes|1)$/i.test(oneHeader(headers['x-openstack-append']) ?? '')
      await setTags(ctx, params.namespace, names, isAdding)
      return { tags: names.map((name) => ({ name })) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace/tags',
    status: 204,
    policy: 'delete_metadef_tags',
    target: 'read',
    handle: (ctx, { params }) => removeItems(ctx, tags, params.namespace),
  }),
  route({
    method: 'GET',
    path: '/v2/metadefs/namespaces/:namespace/tags/:name',
    status: 200,
    policy: 'get_metadef_tag',
    handle: async (ctx, { params }) => viewTag(await getItem(ctx, tags, params.namespace, params.name)),
  }),
  route({
    method: 'POST',
    path: '/v2/metadefs/namespaces/:namespace/tags/:name',
    status: 201,
    policy: 'add_metadef_tag',
    target: 'read',
    handle: async (ctx, { params }) => viewTag(await addItem(ctx, tags, params.namespace, tagOf(params.name))),
  }),
  route({
    method: 'PUT',
    path: '/v2/metadefs/namespaces/:namespace/tags/:name',
    status: 200,
    policy: 'modify_metadef_tag',
    target: 'read',
    ...anyBody,
    handle: async (ctx, { params, body }) => {
      const { name } = parseBody('tag', body)
      return viewTag(await changeItem(ctx, tags, params.namespace, params.name, { name, body: {} }))
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2/metadefs/namespaces/:namespace/tags/:name',
    status: 204,
    policy: 'delete_metadef_tag',
    target: 'read',
    handle: (ctx, { params }) => removeItem(ctx, tags, params.namespace, params.name),
  }),
]
