import { Type } from 'typebox'
import { endSilent } from '../data/silence.ts'
import { route } from '#platform/http/route.ts'
import type { UploadDeps } from '../data/operations/receive.ts'
import type { StageHosts } from './hosts/stage-hosts.ts'
import { announcedSize, oneHeader, requireBytes } from '../data/routes.ts'
import { reply } from '#platform/http/reply.ts'
import { importImage, type Importing } from './operations/import.ts'
import { stageData } from './operations/stage.ts'
import { parseImport } from './rules/request.ts'

/** Interoperable image import: https://docs.openstack.org/api-ref/image/v2/#interoperable-image-import */
export const importRoutes = (upload: UploadDeps & { readonly hosts: StageHosts }, importing: Importing) => [
  route({
    method: 'PUT',
    path: '/v2/images/:image_id/stage',
    status: 204,
    policy: 'modify_image',
    streams: true,
    handle: (ctx, { params, headers, stream }) => {
      requireBytes(headers['content-type'])
      return stageData(ctx, upload, params.image_id, announcedSize(headers), endSilent(stream))
    },
  }),
  route({
    method: 'POST',
    path: '/v2/images/:image_id/import',
    status: 202,
    policy: 'modify_image',
    body: Type.Unknown(),
    handle: async (ctx, { params, headers, body }) => {
      const store = oneHeader(headers['x-image-meta-store'])
      const token = oneHeader(headers['x-auth-token']) ?? ''
      const request = parseImport(body, { store, token }, importing.stores.importMethods)
      await importImage(ctx, importing, params.image_id, request, body)
      return reply({ headers: { 'openstack-image-store-ids': importing.stores.ids.join(',') } })
    },
  }),
]
