// The five calls that every collection of Neutron has: what differs between collections is told by `Resource`.
import { anyBody } from './any-body.ts'
import type { Ctx } from '#platform/context.ts'
import { Reply, reply } from '#platform/http/reply.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type Listing, type ListSpec, listBody, pickFields, readListing } from './listing/listing.ts'
import { fieldsAsked, revisionAsked } from './visibility.ts'

/** One page of a collection: the rows that links are made of, and what is shown of each. */
export type Page = { readonly rows: readonly { readonly id: string }[]; readonly views: readonly object[] }

export type Resource = {
  readonly path: `/v2.0/${string}`
  /** What a body and the rules call one of them: `router`. */
  readonly name: string
  readonly spec: ListSpec
  /** Largest body of a creation in bytes, where the usual limit is too small for many at once. */
  readonly bodyLimit?: number
  readonly list: (ctx: Ctx, listing: Listing) => Promise<Page | Reply>
  /** `bulk`: the body named the collection, and so does the answer. */
  readonly create: (ctx: Ctx, body: unknown) => Promise<{ readonly views: readonly object[]; readonly bulk: boolean }>
  readonly get: (ctx: Ctx, id: string) => Promise<object>
  /** `revision`: the one that If-Match asks for; null: any. Absent: it cannot be changed. */
  readonly update?: (ctx: Ctx, id: string, body: unknown, revision: number | null) => Promise<object>
  readonly delete: (ctx: Ctx, id: string, revision: number | null) => Promise<void>
}

/** List, create, show, update and delete, in the shapes that all collections share. */
export function resourceRoutes(resource: Resource): Route[] {
  const { path, name, spec, update } = resource
  const one: `/v2.0/${string}/:id` = `${path}/:id`
  const collection = [
    route({
      method: 'GET',
      path,
      status: 200,
      policy: `get_${name}`,
      handle: async (ctx, { rawQuery }) => {
        const listing = readListing(spec, ctx.baseUrl + path, rawQuery)
        // A page that begins behind what is not there is not there.
        if (listing.marker !== null) await resource.get(ctx, listing.marker)
        const page = await resource.list(ctx, listing)
        return page instanceof Reply ? page : listBody(listing, page.rows, page.views)
      },
    }),
    route({
      method: 'POST',
      path,
      status: 201,
      policy: `create_${name}`,
      ...anyBody,
      ...(resource.bodyLimit === undefined ? {} : { bodyLimit: resource.bodyLimit }),
      handle: async (ctx, { body }) => {
        const { views, bulk } = await resource.create(ctx, body)
        return bulk ? { [spec.collection]: views } : { [name]: views[0] }
      },
    }),
    route({
      method: 'GET',
      path: one,
      status: 200,
      policy: `get_${name}`,
      handle: async (ctx, { params, rawQuery }) => ({
        [name]: pickFields(fieldsAsked(rawQuery), await resource.get(ctx, params.id)),
      }),
    }),
  ]
  const changing =
    update === undefined
      ? []
      : [
          route({
            method: 'PUT',
            path: one,
            status: 200,
            policy: `update_${name}`,
            ...anyBody,
            handle: async (ctx, { params, body, headers }) => ({
              [name]: await update(ctx, params.id, body, revisionAsked(headers['if-match'])),
            }),
          }),
        ]
  const removing = route({
    method: 'DELETE',
    path: one,
    status: 204,
    policy: `delete_${name}`,
    handle: async (ctx, { params, headers }) => {
      await resource.delete(ctx, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  })
  return [...collection, ...changing, removing]
}
