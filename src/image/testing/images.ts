// What the tests of images share: a running service, and the calls that nearly all of them make.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import type { Interference } from '#platform/work/work.ts'
import type { ImageDoors } from '../doors.ts'
import { createImage, type Image } from '../service.ts'

export const BYTES = { 'content-type': 'application/octet-stream' }
export const PATCH = { 'content-type': 'application/openstack-images-v2.1-json-patch' }
export const DATA = Buffer.alloc(1024, 'image data')

/** The fields of a JSON object in an answer. */
export const fieldsOf = ({ body }: Answer): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? { ...body } : {}

/** Names of everything in a directory of the state, but for where drafts are written. */
export const filesBelow = (state: string, directory: string): string[] =>
  readdirSync(join(state, directory), { recursive: true })
    .map(String)
    .filter((name) => name !== '.incoming')

/** A running image service; images may have 100,000 bytes. */
export type TestImages = {
  readonly services: TestServices
  readonly image: Image
  readonly client: Client
  /** Creates an image, raw and bare unless said. */
  readonly create: (fields?: object, token?: string) => Promise<Answer>
  readonly createId: (fields?: object, token?: string) => Promise<string>
  readonly upload: (id: string, body?: Uint8Array, token?: string) => Promise<Answer>
  readonly patch: (id: string, changes: unknown, token?: string) => Promise<Answer>
  readonly statusOf: (id: string) => Promise<unknown>
  /** Names of everything in the directory of the store. */
  readonly storedFiles: () => string[]
}

/** Starts the service on a database and directory of its own. */
export async function startImages(
  settings: Readonly<Record<string, unknown>> = {},
  { doors, ...options }: { readonly interfere?: Interference; readonly doors?: ImageDoors } = {},
): Promise<TestImages> {
  const images: Image[] = []
  const services = await startServices(
    (platform) => {
      const image = createImage(platform, doors)
      images.push(image)
      return [image.service]
    },
    { settings: { image_size_cap: 100_000, ...settings }, ...options },
  )
  const [image] = images
  if (image === undefined) throw new Error('no image service was made')
  const client = services.client('image')
  const create: TestImages['create'] = (fields = {}, token = 'member') =>
    client('POST', '/v2/images', { body: { disk_format: 'raw', container_format: 'bare', ...fields }, token })
  return {
    services,
    image,
    client,
    create,
    createId: async (fields, token) => {
      const answer = await create(fields, token)
      if (answer.status !== 201)
        throw new Error(`no image was created: ${answer.status} ${JSON.stringify(answer.body)}`)
      return String(fieldsOf(answer)['id'])
    },
    upload: (id, body = DATA, token = 'member') =>
      client('PUT', `/v2/images/${id}/file`, { body, token, headers: BYTES }),
    patch: (id, changes, token = 'member') =>
      client('PATCH', `/v2/images/${id}`, { body: JSON.stringify(changes), token, headers: PATCH }),
    statusOf: async (id) => fieldsOf(await client('GET', `/v2/images/${id}`, { token: 'admin' }))['status'],
    storedFiles: () =>
      readdirSync(join(services.runtime.platform.config.state, 'images'), { recursive: true }).map(String),
  }
}
