import { renderedJson } from '#platform/http/reply.ts'
import type { Deps } from '../deps.ts'
import { listText } from '../listing/listing.ts'
import { resourceRoutes } from '../resource-routes.ts'
import { createPorts } from './operations/create.ts'
import { deletePort } from './operations/delete.ts'
import { getPort, listPorts, seesBinding } from './operations/get.ts'
import type { PortTexts } from './operations/list-texts.ts'
import { updatePort } from './operations/update.ts'
import { portList } from './schemas.ts'
import { viewPort } from './view.ts'

/** https://docs.openstack.org/api-ref/network/v2/#ports */
export const portRoutes = (deps: Deps, texts: PortTexts) =>
  resourceRoutes({
    path: '/v2.0/ports',
    name: 'port',
    spec: portList,
    bodyLimit: 4 * 1024 * 1024,
    list: async (ctx, listing) => {
      const binding = seesBinding(ctx)
      if (listing.fields === null) {
        const { rows, texts: found } = await texts.list(ctx, listing, binding)
        return renderedJson(listText(listing, rows, found))
      }
      const rows = await listPorts(ctx, listing)
      return { rows, views: rows.map((row) => viewPort(row, binding)) }
    },
    create: async (ctx, body) => {
      const { ports, bulk } = await createPorts(ctx, deps, body)
      const binding = seesBinding(ctx)
      return { views: ports.map((row) => viewPort(row, binding)), bulk }
    },
    get: async (ctx, id) => viewPort(await getPort(ctx, id), seesBinding(ctx)),
    update: async (ctx, id, body, revision) =>
      viewPort(await updatePort(ctx, deps, id, body, revision), seesBinding(ctx)),
    delete: (ctx, id, revision) => deletePort(ctx, deps, id, revision),
  })
