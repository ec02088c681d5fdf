// JSON patches as Glance reads them: two drafts of the standard, told apart by the media type, on one level of an image.
import { badRequest } from '#platform/errors.ts'
import { detailed } from '../../errors.ts'
import { checkChangedAttribute } from './properties.ts'

/** One change of one attribute. `isStrict` (the older draft): `add` must not replace. */
export type PatchChange =
  | (Place & { readonly op: 'add'; readonly value: unknown; readonly isStrict: boolean })
  | (Place & { readonly op: 'replace'; readonly value: unknown })
  | (Place & { readonly op: 'remove' })

/** What is changed; `position` is where in a list. */
type Place = { readonly name: string; readonly position: string | undefined }

const OPERATIONS = ['add', 'remove', 'replace'] as const
type Operation = (typeof OPERATIONS)[number]

const drafts: Readonly<Record<string, 4 | 10>> = {
  'application/openstack-images-v2.0-json-patch': 4,
  'application/openstack-images-v2.1-json-patch': 10,
}

/**
 * The draft a media type stands for.
 * @throws unsupportedMediaType
 */
export const draftOf = (contentType: string | undefined): 4 | 10 => {
  const draft = drafts[contentType?.split(';')[0]?.trim() ?? '']
  if (draft !== undefined) return draft
  const allowed = Object.keys(drafts).sort().join(', ')
  throw detailed('unsupportedMediaType', `Image PATCH expects Content-Type one of: ${allowed}`, {
    headers: { 'accept-patch': allowed },
  })
}

/**
 * The changes of a patch, checked for all that needs no image.
 * @throws badRequest, forbidden
 */
export const parsePatch = (body: unknown, draft: 4 | 10): PatchChange[] => {
  if (body === undefined) throw badRequest('Body expected in request.')
  if (!Array.isArray(body)) {
    const isObject = typeof body === 'object' && body !== null
    throw badRequest(
      isObject
        ? 'Request body must be a JSON array of operation objects.'
        : 'Unexpected body type. Expected list/dict.',
    )
  }
  return body.map((raw: unknown) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      throw badRequest('Operations must be JSON objects.')
    }
    const fields: Readonly<Record<string, unknown>> = { ...raw }
    const { op, pointer } = draft === 10 ? readDraft10(fields) : readDraft4(fields)
    return toChange(op, parsePointer(pointer), fields, draft)
  })
}

const toChange = (
  op: Operation,
  path: readonly string[],
  fields: Readonly<Record<string, unknown>>,
  draft: 4 | 10,
): PatchChange => {
  const [name = '', position] = path
  const depth = name === 'locations' && op !== 'replace' ? 2 : 1
  if (path.length !== depth) throw badRequest(`Invalid JSON pointer for this resource: '/${path.join('/')}'`)
  if (op !== 'remove' && !('value' in fields)) throw badRequest(`Operation "${op}" requires a member named "value".`)
  checkChangedAttribute(name)
  if (op === 'remove') return { op, name, position }
  const value = fields['value']
  return op === 'add' ? { op, name, position, value, isStrict: draft === 4 } : { op, name, position, value }
}

const isOperation = (op: unknown): op is Operation => OPERATIONS.some((known) => known === op)

const readDraft10 = (fields: Readonly<Record<string, unknown>>): { op: Operation; pointer: unknown } => {
  const { op } = fields
  const available = `It must be one of the following: ${OPERATIONS.join(', ')}.`
  if (op === undefined || op === null) throw badRequest(`Unable to find \`op\` in JSON Schema change. ${available}`)
  if (!isOperation(op))
    throw badRequest(`Invalid operation: \`${typeof op === 'string' ? op : JSON.stringify(op)}\`. ${available}`)
  if (!('path' in fields)) throw badRequest("Unable to find 'path' in JSON Schema change")
  return { op, pointer: fields['path'] }
}

const readDraft4 = (fields: Readonly<Record<string, unknown>>): { op: Operation; pointer: unknown } => {
  const [op, ...more] = OPERATIONS.filter((name) => name in fields)
  if (op === undefined) {
    throw badRequest('Operation objects must contain exactly one member named "add", "remove", or "replace".')
  }
  if (more.length > 0) {
    throw badRequest('Operation objects must contain only one member named "add", "remove", or "replace".')
  }
  return { op, pointer: fields[op] }
}

const parsePointer = (pointer: unknown): string[] => {
  if (typeof pointer !== 'string') throw badRequest(`Pointer \`${String(pointer)}\` does not start with "/".`)
  if (!pointer.startsWith('/')) throw badRequest(`Pointer \`${pointer}\` does not start with "/".`)
  if (/\/\s*?\//.test(pointer.slice(1))) throw badRequest(`Pointer \`${pointer}\` contains adjacent "/".`)
  if (pointer.length > 1 && pointer.endsWith('/')) throw badRequest(`Pointer \`${pointer}\` end with "/".`)
  if (/~[^01]/.test(pointer) || pointer.endsWith('~')) {
    throw badRequest(`Pointer \`${pointer}\` contains "~" not part of a recognized escape sequence.`)
  }
  return pointer
    .replace(/^\/+/, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~').trim())
}
