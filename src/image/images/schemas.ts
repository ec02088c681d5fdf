import { type Static, Type } from 'typebox'

export const DISK_FORMATS = ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'] as const
export const CONTAINER_FORMATS = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'] as const

// Types and keywords stand as in Glance's own schema, so that violations read the same.
const nullableText = (options: object) => Type.Unsafe<string | null>({ type: ['null', 'string'], ...options })
const nullableFormat = (formats: readonly string[]) =>
  Type.Unsafe<string | null>({ type: ['null', 'string'], enum: [null, ...formats] })

export const UUID = '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$'

/** Properties of the owner's own making that Glance's usual schema-image.json gives a form nevertheless. */
export const formedProperties = {
  kernel_id: nullableText({ pattern: UUID }),
  ramdisk_id: nullableText({ pattern: UUID }),
  cinder_encryption_key_deletion_policy: Type.Unsafe<string>({
    type: 'string',
    enum: ['on_image_deletion', 'do_not_delete'],
  }),
}

/** What a caller may set, by name. */
export const attributes = {
  name: nullableText({ maxLength: 255 }),
  visibility: Type.Unsafe<'community' | 'public' | 'private' | 'shared'>({
    type: 'string',
    enum: ['community', 'public', 'private', 'shared'],
  }),
  protected: Type.Boolean(),
  os_hidden: Type.Boolean(),
  owner: nullableText({ maxLength: 255 }),
  disk_format: nullableFormat(DISK_FORMATS),
  container_format: nullableFormat(CONTAINER_FORMATS),
  min_ram: Type.Integer(),
  min_disk: Type.Integer(),
  tags: Type.Array(Type.String({ maxLength: 255 })),
}

const ignored = Type.Optional(Type.Unknown())

/** POST /v2/images. What is computed is let through here, because Glance answers it with 403 and not with 400. */
export const createImage = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: UUID })),
    name: Type.Optional(attributes.name),
    visibility: Type.Optional(attributes.visibility),
    protected: Type.Optional(attributes.protected),
    os_hidden: Type.Optional(attributes.os_hidden),
    owner: Type.Optional(attributes.owner),
    disk_format: Type.Optional(attributes.disk_format),
    container_format: Type.Optional(attributes.container_format),
    min_ram: Type.Optional(attributes.min_ram),
    min_disk: Type.Optional(attributes.min_disk),
    tags: Type.Optional(attributes.tags),
    status: ignored,
    checksum: ignored,
    os_hash_algo: ignored,
    os_hash_value: ignored,
    size: ignored,
    virtual_size: ignored,
    created_at: ignored,
    updated_at: ignored,
    locations: ignored,
    kernel_id: Type.Optional(formedProperties.kernel_id),
    ramdisk_id: Type.Optional(formedProperties.ramdisk_id),
    cinder_encryption_key_deletion_policy: Type.Optional(formedProperties.cinder_encryption_key_deletion_policy),
  },
  { additionalProperties: Type.String() },
)

/** One attribute on its own, as a patch sets it. */
export const oneAttribute = Type.Object(
  Object.fromEntries(
    Object.entries({ ...attributes, ...formedProperties }).map(([name, schema]) => [name, Type.Optional(schema)]),
  ),
  { additionalProperties: Type.String() },
)

export type CreateImage = Static<typeof createImage>
