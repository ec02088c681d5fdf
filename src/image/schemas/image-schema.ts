import { CONTAINER_FORMATS, DISK_FORMATS, UUID } from '../images/schemas.ts'

// The JSON schemas that clients read to learn what an image is. Wording as Glance publishes it.

const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more })
const nullableText = (description: string, more: object = {}) => ({ type: ['null', 'string'], description, ...more })
const readOnly = { readOnly: true }

const validationData = {
  description:
    'Values to be used to populate the corresponding image properties. If the image status is not ' +
    "'queued', values must exactly match those already contained in the image properties.",
  type: 'object',
  writeOnly: true,
  additionalProperties: false,
  properties: {
    checksum: { type: 'string', minLength: 32, maxLength: 32 },
    os_hash_algo: { type: 'string', maxLength: 64 },
    os_hash_value: { type: 'string', maxLength: 128 },
  },
  required: ['os_hash_algo', 'os_hash_value'],
}

const properties = {
  id: text('An identifier for the image', { pattern: UUID }),
  name: nullableText('Descriptive name for the image', { maxLength: 255 }),
  status: {
    type: 'string',
    ...readOnly,
    description: 'Status of the image',
    enum: [
      'queued',
      'saving',
      'active',
      'killed',
      'deleted',
      'uploading',
      'importing',
      'pending_delete',
      'deactivated',
    ],
  },
  visibility: text('Scope of image accessibility', { enum: ['community', 'public', 'private', 'shared'] }),
  protected: { type: 'boolean', description: 'If true, image will not be deletable.' },
  os_hidden: { type: 'boolean', description: 'If true, image will not appear in default image list response.' },
  checksum: nullableText('md5 hash of image contents.', { ...readOnly, maxLength: 32 }),
  os_hash_algo: nullableText('Algorithm to calculate the os_hash_value', { ...readOnly, maxLength: 64 }),
  os_hash_value: nullableText('Hexdigest of the image contents using the algorithm specified by the os_hash_algo', {
    ...readOnly,
    maxLength: 128,
  }),
  owner: nullableText('Owner of the image', { maxLength: 255 }),
  size: { type: ['null', 'integer'], ...readOnly, description: 'Size of image file in bytes' },
  virtual_size: { type: ['null', 'integer'], ...readOnly, description: 'Virtual size of image in bytes' },
  container_format: nullableText('Format of the container', { enum: [null, ...CONTAINER_FORMATS] }),
  disk_format: nullableText('Format of the disk', { enum: [null, ...DISK_FORMATS] }),
  created_at: text('Date and time of image registration', readOnly),
  updated_at: text('Date and time of the last image modification', readOnly),
  tags: {
    type: 'array',
    description: 'List of strings related to the image',
    items: { type: 'string', maxLength: 255 },
  },
  direct_url: text('URL to access the image file kept in external store', readOnly),
  min_ram: { type: 'integer', description: 'Amount of ram (in MB) required to boot image.' },
  min_disk: { type: 'integer', description: 'Amount of disk space (in GB) required to boot image.' },
  self: text('An image self url', readOnly),
  file: text('An image file url', readOnly),
  stores: text(
    'Store in which image data resides.  Only present when the operator has enabled multiple stores.  ' +
      'May be a comma-separated list of store identifiers.',
    readOnly,
  ),
  schema: text('An image schema url', readOnly),
  locations: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        url: { type: 'string', maxLength: 255 },
        metadata: { type: 'object' },
        validation_data: validationData,
      },
      required: ['url', 'metadata'],
    },
    description: 'A set of URLs to access the image file kept in external store',
  },
}

const property = (description: string, more: object = {}) => ({ ...text(description, more), is_base: false })
const imageReference = (what: string) => ({
  ...nullableText(`Image that an AMI-style image boots with as its ${what}.`, { pattern: UUID }),
  is_base: false,
})

/** Properties that are not an image's by nature, but known to everybody. */
const knownProperties = {
  kernel_id: imageReference('kernel'),
  ramdisk_id: imageReference('ramdisk'),
  instance_uuid: property('Server that the image was made from. It says so and does nothing.'),
  architecture: property('Architecture of the processor that the operating system is for.'),
  os_distro: property('Common name of the distribution of the operating system.'),
  os_version: property('Version of the operating system, as its distributor calls it.'),
  description: property('What the image is, for people.'),
  cinder_encryption_key_id: property('Key that volumes made from this image are encrypted with.'),
  cinder_encryption_key_deletion_policy: property('What becomes of that key when the image is deleted.', {
    enum: ['on_image_deletion', 'do_not_delete'],
  }),
}

/** GET /v2/schemas/image */
export const imageSchema = {
  name: 'image',
  properties: { ...properties, ...knownProperties },
  additionalProperties: { type: 'string' },
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
}
