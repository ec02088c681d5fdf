import { badRequest, type CloudError, forbidden, tooLarge } from '#platform/errors.ts'
import { detailed } from '../../errors.ts'

/** Attributes that every image has; everything else is a property of its owner's making. */
export const BASE_ATTRIBUTES: ReadonlySet<string> = new Set([
  'name',
  'visibility',
  'min_disk',
  'min_ram',
  'protected',
  'owner',
  'disk_format',
  'container_format',
  'tags',
  'os_hidden',
  'locations',
])

const COMPUTED = ['created_at', 'updated_at', 'status', 'checksum', 'size', 'virtual_size']
/** Computed as well; Glance passes over them in a new image. */
const HASH = ['os_hash_algo', 'os_hash_value']
const LINKS = ['direct_url', 'self', 'file', 'schema', 'stores']
/** The last is a name that JavaScript keeps for itself. */
const RESERVED = ['location', 'deleted', 'deleted_at', '__proto__']
const RESERVED_NAMESPACE = 'os_glance'

const MAX_INT = 0x7fffffff
const MAX_VALUE_BYTES = 65_535
const MAX_NAME = 255
export const MAX_PROPERTIES = 128
export const MAX_TAGS = 128

/** Whether what a caller names in a new image is kept as a property of its own making. */
export const isProperty = (name: string): boolean => !BASE_ATTRIBUTES.has(name) && !HASH.includes(name) && name !== 'id'

const readOnly = (name: string): CloudError => forbidden(`Attribute '${name}' is read-only.`)

/** A name that belongs to Glance itself. */
const isReserved = (name: string): boolean => RESERVED.includes(name) || name.startsWith(RESERVED_NAMESPACE)

const reserved = (name: string): CloudError => detailed('forbidden', `Attribute '${name}' is reserved.`)

/**
 * Refuses what a caller may not set when it creates an image.
 * @throws forbidden, badRequest, tooLarge
 */
export const checkNewAttributes = (body: Readonly<Record<string, unknown>>): void => {
  for (const name of LINKS) if (name in body) throw readOnly(name)
  for (const name of Object.keys(body)) {
    if (!isProperty(name) || COMPUTED.includes(name)) continue
    if (name.length > MAX_NAME) throw badRequest('Custom property should not be greater than 255 characters.')
    if (isReserved(name)) throw reserved(name)
  }
  for (const name of COMPUTED) if (name in body) throw readOnly(name)
  if ('locations' in body) throw forbidden("Attribute 'locations' is reserved.")
}

/**
 * Refuses what a change of an existing image may not touch.
 * @throws forbidden, badRequest
 */
export const checkChangedAttribute = (name: string): void => {
  if ([...COMPUTED, ...HASH, 'id', 'direct_url', 'self', 'file', 'schema'].includes(name)) {
    throw readOnly(name)
  }
  if (isReserved(name)) throw forbidden(`Attribute '${name}' is reserved.`)
  if (name.length > MAX_NAME) throw badRequest('Custom property should not be greater than 255 characters.')
}

/** @throws badRequest for a size no column holds, or a negative one */
export const checkMinimum = (name: 'min_disk' | 'min_ram', value: number): void => {
  if (value < 0) throw badRequest(`Invalid value '${value}' for parameter '${name}': Cannot be a negative value`)
  if (value > MAX_INT) throw badRequest(`'${name}' value out of range, must not exceed ${MAX_INT}.`)
}

/** @throws tooLarge over the number of properties, badRequest for a value too long to store */
export const checkProperties = (properties: Readonly<Record<string, string>>, isGrowing: boolean): void => {
  const names = Object.keys(properties)
  for (const name of names) {
    if (FOUR_BYTES.test(name)) throw badRequest("Property names can't contain 4 byte unicode.")
    checkLetters(name, properties[name] ?? '')
  }
  if (isGrowing && names.length > MAX_PROPERTIES) throw overLimit('properties', names.length, MAX_PROPERTIES)
  for (const name of names) {
    if (Buffer.byteLength(properties[name] ?? '') > MAX_VALUE_BYTES) {
      throw badRequest(`The value of property '${name}' must not exceed ${MAX_VALUE_BYTES} bytes.`)
    }
  }
}

/** Letters that Glance's database does not hold. */
const FOUR_BYTES = /[\u{10000}-\u{10ffff}]/u

/** @throws badRequest for letters of four bytes */
export const checkLetters = (name: string, text: string | null): void => {
  if (text === null || !FOUR_BYTES.test(text)) return
  const title = name.replaceAll(/[a-z]+/gi, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
  throw badRequest(`${title} can't contain 4 byte unicode characters.`)
}

/** @throws tooLarge over the number of tags, badRequest for letters of four bytes */
export const checkTags = (tags: readonly string[]): void => {
  if (tags.some((tag) => FOUR_BYTES.test(tag))) throw badRequest("Param values can't contain 4 byte unicode.")
  if (tags.length > MAX_TAGS) throw overLimit('tags', tags.length, MAX_TAGS)
}

export const overLimit = (what: string, attempted: number, maximum: number): CloudError =>
  tooLarge(
    `The limit has been exceeded on the number of allowed image ${what}. Attempted: ${attempted}, Maximum: ${maximum}`,
  )
