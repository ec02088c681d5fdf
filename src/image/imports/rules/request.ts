import { badRequest, conflict } from '#platform/errors.ts'
import { isUuid } from '#platform/ids.ts'
import { detailed } from '../../errors.ts'
import type { ImageRow } from '../../images/store/tables.ts'

export type ImportMethod = 'glance-direct' | 'web-download' | 'copy-image' | 'glance-download'

/** What a caller asked to import. `stores` undefined: the usual one. */
export type ImportRequest = {
  readonly method: ImportMethod
  readonly uri: string | undefined
  readonly stores: readonly string[] | 'all' | undefined
  readonly mustAllSucceed: boolean
  /** The token that the request came with. */
  readonly token: string
  /** All that `method` says. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** The image of another cloud that an import asks for. */
export type RemoteImage = { readonly region: string; readonly id: string; readonly face: string }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const known = (name: unknown, methods: readonly string[]): name is ImportMethod =>
  typeof name === 'string' && methods.includes(name)

/**
 * Reads the body of an import.
 * @param headers X-Image-Meta-Store and the token of the request
 * @throws badRequest
 */
export const parseImport = (
  body: unknown,
  { store: header, token }: { readonly store: string | undefined; readonly token: string },
  methods: readonly string[],
): ImportRequest => {
  if (!isRecord(body) || !('method' in body)) throw badRequest("Import request requires a 'method' field.")
  const { method } = body
  if (!isRecord(method) || !('name' in method)) throw badRequest("Import request requires a 'name' field.")
  const { name } = method
  if (!known(name, methods)) throw badRequest(`Unknown import method name '${String(name)}'.`)
  const mustAllSucceed = flag(body, 'all_stores_must_succeed', true)
  const isEverywhere = flag(body, 'all_stores', false)
  const { stores } = body
  if (isEverywhere && (stores !== undefined || header !== undefined)) {
    throw badRequest("All_stores parameter can't be used with x-image-meta-store header or stores parameter")
  }
  if (stores !== undefined && header !== undefined) {
    throw badRequest("Stores parameter and x-image-meta-store header can't be both specified")
  }
  if (stores !== undefined && !isTextList(stores)) throw badRequest("'stores' must be a list of names of stores")
  const named = stores === undefined ? (header === undefined ? undefined : [header]) : [...new Set(stores)]
  const { uri } = method
  return {
    method: name,
    uri: typeof uri === 'string' ? uri : undefined,
    stores: isEverywhere ? 'all' : named,
    mustAllSucceed,
    token,
    fields: method,
  }
}

/**
 * Which image of which cloud to download.
 * @throws badRequest
 */
export const remoteImage = ({ fields }: ImportRequest): RemoteImage => {
  for (const name of ['glance_region', 'glance_image_id']) {
    if (!(name in fields)) throw badRequest(`'${name}' needs to be set for glance-download import method`)
  }
  const { glance_region: region, glance_image_id: id, glance_service_interface: face = 'public' } = fields
  if (typeof id !== 'string' || !isUuid(id)) {
    throw badRequest(`Remote image id does not look like a UUID: ${String(id)}`)
  }
  if (typeof region !== 'string' || typeof face !== 'string') {
    throw badRequest("'glance_region' and 'glance_service_interface' must be texts")
  }
  return { region, id, face }
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

const flag = (body: Readonly<Record<string, unknown>>, name: string, usual: boolean): boolean => {
  const value = body[name] ?? usual
  if (typeof value !== 'boolean') throw badRequest(`'${name}' must be boolean value only`)
  return value
}

/** @throws conflict where the image cannot be imported that way as it is */
export const checkImportable = (
  { status, container_format: container, disk_format: disk }: ImageRow,
  method: ImportMethod,
): void => {
  if (method === 'copy-image') {
    if (status !== 'active') throw conflict('Only images with status active can be targeted for copying')
  } else if (status === 'active') throw conflict('Image with status active cannot be target for import')
  if ((method === 'web-download' || method === 'glance-download') && status !== 'queued') {
    throw conflict(`Image needs to be in 'queued' state to use '${method}' method`)
  }
  if (method === 'glance-direct' && status !== 'uploading') {
    throw conflict("Image needs to be staged before 'glance-direct' method can be used")
  }
  if (!container) throw conflict("'container_format' needs to be set before import")
  if (!disk) throw conflict("'disk_format' needs to be set before import")
}

/**
 * The stores an import writes to; none: there is nothing to do.
 * @param known every store, of which some can be written
 * @param held the stores that have the image already
 * @throws conflict (no such store), badRequest (a copy where there is one)
 */
export const targetStores = (
  { method, stores }: ImportRequest,
  known: readonly string[],
  writable: readonly string[],
  main: string,
  held: readonly string[],
): readonly string[] => {
  const named = stores === 'all' ? writable : (stores ?? [main])
  const unknown = named.find((store) => !known.includes(store))
  if (unknown !== undefined) throw conflict(`Store for identifier ${unknown} not found`)
  if (named.length === 0) throw detailed('badRequest', 'An import needs a store.')
  if (method !== 'copy-image') return named
  if (stores === 'all') return named.filter((store) => !held.includes(store))
  const present = named.find((store) => held.includes(store))
  if (present !== undefined) throw badRequest(`Image is already present at store '${present}'`)
  return named
}
