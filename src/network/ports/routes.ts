import { renderedJson, reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { listBody, listText, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked, revisionAsked } from '../visibility.ts'
import { createPorts } from './operations/create.ts'
import { deletePort } from './operations/delete.ts'
import { getPort, listPorts, seesBinding } from './operations/get.ts'
import type { PortTexts } from './operations/list-texts.ts'
import { updatePort } from './operations/update.ts'
import { portList } from './schemas.ts'
import { viewPort } from './view.ts'

const path = '/v2.0/ports'
const BULK_BODY_LIMIT = 4 * 1024 * 1024

/** https://docs.openstack.org/api-ref/network/v2/#ports */
export const portRoutes = (deps: Deps, texts: PortTexts) => [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_port',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(portList, ctx.baseUrl + path, rawQuery)
      const binding = seesBinding(ctx)
      if (listing.fields === null) {
        const { rows, texts: found } = await texts.list(ctx, listing, binding)
        return renderedJson(listText(listing, rows, found))
      }
      const rows = await listPorts(ctx, listing)
      const views = rows.map((row) => viewPort(row, binding))
      return listBody(listing, rows, views)
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_port',
    bodyLimit: BULK_BODY_LIMIT,
    handle: async (ctx, { body }) => {
      const { ports, bulk } = await createPorts(ctx, deps, body)
      const binding = seesBinding(ctx)
      const views = ports.map((row) => viewPort(row, binding))
      return bulk ? { ports: views } : { port: views[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/ports/:id',
    status: 200,
    policy: 'get_port',
    handle: async (ctx, { params, rawQuery }) => ({
      port: pickFields(fieldsAsked(rawQuery), viewPort(await getPort(ctx, params.id), seesBinding(ctx))),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/ports/:id',
    status: 200,
    policy: 'update_port',
    handle: async (ctx, { params, body, headers }) => {
      const row = await updatePort(ctx, deps, params.id, body, revisionAsked(headers['if-match']))
      return { port: viewPort(row, seesBinding(ctx)) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/ports/:id',
    status: 204,
    policy: 'delete_port',
    handle: async (ctx, { params, headers }) => {
      await deletePort(ctx, deps, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  }),
]
