import type { IncomingHttpHeaders } from 'node:http'
import { badRequest } from '#platform/errors.ts'
import { streamReply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { detailed } from '../errors.ts'
import { endSilent } from './silence.ts'
import { downloadData, type DownloadDeps } from './operations/download.ts'
import type { UploadDeps } from './operations/receive.ts'
import { removeFromStore } from './operations/remove-from-store.ts'
import { uploadData } from './operations/upload.ts'

/** Image data: https://docs.openstack.org/api-ref/image/v2/#image-data */
export const dataRoutes = (deps: UploadDeps & DownloadDeps) => [
  route({
    method: 'PUT',
    path: '/v2/images/:image_id/file',
    status: 204,
    policy: 'upload_image',
    streams: true,
    handle: (ctx, { params, headers, stream }) => {
      requireBytes(headers['content-type'])
      const size = announcedSize(headers)
      return uploadData(ctx, deps, params.image_id, size, oneHeader(headers['x-image-meta-store']), endSilent(stream))
    },
  }),
  route({
    method: 'GET',
    path: '/v2/images/:image_id/file',
    status: 200,
    policy: 'download_image',
    handle: async (ctx, { params, headers, rawQuery }) => {
      const prefer = new URLSearchParams(rawQuery).get('prefer') ?? ''
      const preferred = prefer.split(',').flatMap((store) => store.trim() || [])
      const { image, range, data } = await downloadData(ctx, deps, params.image_id, headers, preferred)
      const size = image.size ?? 0
      return streamReply(data, range === undefined ? 200 : 206, {
        'content-type': 'application/octet-stream',
        'content-length': String(range === undefined ? size : range.end - range.start + 1),
        ...(range === undefined ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
        ...(image.checksum === null ? {} : { 'content-md5': image.checksum }),
      })
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2/stores/:store_id/:image_id',
    status: 204,
    policy: 'delete_image_location',
    handle: (ctx, { params }) => removeFromStore(ctx, deps.stores, params.image_id, params.store_id),
  }),
]

/** A header that comes once. */
export const oneHeader = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

export const requireBytes = (contentType: string | undefined): void => {
  const type = contentType?.split(';')[0]?.trim()
  if (type !== 'application/octet-stream') {
    throw detailed('unsupportedMediaType', `Invalid content type ${type ?? 'None'}`)
  }
}

/**
 * Bytes that the caller says will come; null: it does not say.
 * @throws badRequest
 */
export const announcedSize = (headers: IncomingHttpHeaders): number | null => {
  const size = headers['x-openstack-image-size']
  if (size === undefined) return Number(headers['content-length'] ?? 0) || null
  if (!/^\s*[+-]?\d+\s*$/.test(String(size))) {
    throw badRequest('Invalid or missing image size in request headers.')
  }
  return Number(size)
}
