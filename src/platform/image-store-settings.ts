// The stores of images as config.yaml names them; the options of a store have the names that Glance gives them.
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

const text = (value: string, description: string) => Type.String({ default: value, description })
const name = Type.String({ pattern: '^[A-Za-z0-9_-]{1,60}$' })
const host = Type.String({ pattern: '^https?://[A-Za-z0-9.:[\\]-]+/?$' })

const common = {
  store_description: text('', 'What users read of the store.'),
  weight: Type.Integer({ default: 0, description: 'Stores of more weight are read first.' }),
}

const fileStore = Type.Object(
  { type: Type.Literal('file'), ...common, filesystem_store_datadir: Type.String({ pattern: '^/' }) },
  { additionalProperties: false },
)

const httpStore = Type.Object({ type: Type.Literal('http'), ...common }, { additionalProperties: false })

const rbdStore = Type.Object(
  {
    type: Type.Literal('rbd'),
    ...common,
    rbd_store_pool: Type.String({ default: 'images', pattern: '^[A-Za-z0-9_.-]{1,64}$' }),
    rbd_store_user: Type.String({ default: '', pattern: '^[A-Za-z0-9_.-]{0,64}$' }),
    rbd_store_ceph_conf: Type.String({ default: '/etc/ceph/ceph.conf', pattern: '^/' }),
    /** MiB; a power of two, as Ceph has it. */
    rbd_store_chunk_size: Type.Union(
      [1, 2, 4, 8, 16, 32].map((size) => Type.Literal(size)),
      { default: 8 },
    ),
  },
  { additionalProperties: false },
)

const s3Store = Type.Object(
  {
    type: Type.Literal('s3'),
    ...common,
    s3_store_host: host,
    s3_store_region_name: text('us-east-1', 'Region that requests are signed for.'),
    s3_store_access_key: Type.String(),
    s3_store_secret_key: Type.String(),
    s3_store_bucket: Type.String({ pattern: '^[A-Za-z0-9._-]{3,63}$' }),
    s3_store_create_bucket_on_put: Type.Boolean({ default: false }),
    /** MiB. */
    s3_store_large_object_chunk_size: Type.Integer({ default: 10, minimum: 5, maximum: 1024 }),
    s3_store_cacert: Type.String({ default: '', pattern: '^(/.*)?$' }),
  },
  { additionalProperties: false },
)

/** Name → directory, or what the store is. */
export const imageStores = Type.Record(name, Type.Union([Type.String(), fileStore, httpStore, rbdStore, s3Store]), {
  default: {},
  description:
    'Stores for images beside the one of the state directory (file): name → directory, or type (file, http, rbd, s3) and the options that Glance has for it.',
})

export type ImageStoreSettings = Static<typeof imageStores>[string]

const kinds = { file: fileStore, http: httpStore, rbd: rbdStore, s3: s3Store } as const

/**
 * Fills in the defaults of each store by its type, before anything is checked.
 * @throws Error naming the option that is wrong
 */
export const fillImageStores = (given: unknown): unknown => {
  if (typeof given !== 'object' || given === null) return given
  return Object.fromEntries(Object.entries(given).map(([name, store]: [string, unknown]) => [name, fill(name, store)]))
}

const fill = (name: string, store: unknown): unknown => {
  if (typeof store !== 'object' || store === null || !('type' in store)) return store
  const kind = Object.entries(kinds).find(([type]) => type === store.type)?.[1]
  if (kind === undefined)
    throw new Error(`config.yaml: image_stores.${name}.type must be one of ${Object.keys(kinds).join(', ')}`)
  const filled: unknown = Value.Default(kind, { ...store })
  const [first] = Value.Errors(kind, filled)
  if (first === undefined) return filled
  const option = first.instancePath.replaceAll('/', '.')
  throw new Error(`config.yaml: image_stores.${name}${option} ${first.message}`)
}
