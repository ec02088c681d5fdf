import { anyBody } from '../any-body.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import * as operations from './operations.ts'

const routesOf = (collection: operations.TaggableCollection) => {
  const { name } = operations.TAGGABLE[collection]
  const path = `/v2.0/${collection}/:id/tags` as const
  return [
    route({
      method: 'GET',
      path,
      status: 200,
      policy: `get_${name}:tags`,
      handle: async (ctx, { params }) => ({ tags: await operations.listTags(ctx, collection, params.id) }),
    }),
    route({
      method: 'PUT',
      path,
      status: 200,
      policy: `update_${name}:tags`,
      ...anyBody,
      handle: async (ctx, { params, body }) => {
        const tags = operations.readTags(body)
        return { tags: await operations.changeTags(ctx, collection, params.id, 'update', () => tags) }
      },
    }),
    route({
      method: 'POST',
      path,
      status: 201,
      policy: `update_${name}:tags`,
      ...anyBody,
      handle: async (ctx, { params, body }) => {
        const more = operations.readTags(body)
        const join = (tags: readonly string[]) => [...new Set([...tags, ...more])]
        return { tags: await operations.changeTags(ctx, collection, params.id, 'update', join) }
      },
    }),
    route({
      method: 'DELETE',
      path,
      status: 204,
      policy: `delete_${name}:tags`,
      handle: async (ctx, { params }) => {
        await operations.changeTags(ctx, collection, params.id, 'delete', () => [])
        return reply({ status: 204 })
      },
    }),
    route({
      method: 'GET',
      path: `${path}/:tag`,
      status: 204,
      policy: `get_${name}:tags`,
      handle: async (ctx, { params }) => {
        await operations.getTag(ctx, collection, params.id, params.tag)
        return reply({ status: 204 })
      },
    }),
    route({
      method: 'PUT',
      path: `${path}/:tag`,
      status: 201,
      policy: `update_${name}:tags`,
      handle: async (ctx, { params }) => {
        await operations.changeTags(ctx, collection, params.id, 'update', operations.addTag(params.tag))
        return reply({ status: 201 })
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/:tag`,
      status: 204,
      policy: `delete_${name}:tags`,
      handle: async (ctx, { params }) => {
        await operations.changeTags(ctx, collection, params.id, 'delete', operations.removeTag(params.tag))
        return reply({ status: 204 })
      },
    }),
  ]
}

/** https://docs.openstack.org/api-ref/network/v2/#standard-attributes-tag-extension */
export const tagRoutes = operations.TAGGABLE_COLLECTIONS.flatMap(routesOf)
