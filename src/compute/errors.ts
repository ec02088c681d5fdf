// Nova's wording and wire format. Source: nova/api/openstack/wsgi.py, nova/exception.py, nova/api/validation/validators.py.
import { badRequest, type CloudError, conflict, forbidden, notFound, unsupportedMediaType } from '#platform/errors.ts'
import type { Issue } from '#platform/http/route.ts'
import type { Wire } from '#platform/http/service.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { renderFault } from '#platform/http/wire.ts'
import { versionHeaders } from '#platform/http/server.ts'
import { keyNamePattern, namePattern, oldKeyNamePattern } from './parameters.ts'
import { computeVersions } from './versions.ts'

export const serverNotFound = (id: string): CloudError => notFound(`Instance ${id} could not be found.`)
export const flavorNotFound = (id: string): CloudError => notFound(`Flavor ${id} could not be found.`)

/** An action that the server's state does not allow. */
export const wrongState = (id: string, action: string, attribute: string, state: string | null): CloudError =>
  conflict(`Cannot '${action}' instance ${id} while it is in ${attribute} ${state}`)

export type Shortage = {
  readonly name: string
  readonly requested: number
  readonly used: number
  readonly limit: number
}

/** Every resource that is short, by name. Quota: Nova answers 403 here. */
export function overQuota(short: readonly Shortage[]): CloudError {
  const sorted = short.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const [names, requested, used, limits] = (['name', 'requested', 'used', 'limit'] as const).map((key) =>
    sorted.map((each) => each[key]).join(', '),
  )
  return forbidden(
    `Quota exceeded for ${names}: Requested ${requested}, but already used ${used} of ${limits} ${names}`,
  )
}

const keyCharacters = ' 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** What Nova says of a name that is not of its format, by the pattern that stands for the format. */
const nameFormats: Readonly<Record<string, string>> = {
  [namePattern]: 'printable characters. Can not start or end with whitespace.',
  [oldKeyNamePattern]: `Only expected characters: [_-${keyCharacters}]`,
  [keyNamePattern]: `Only expected characters: [@._-${keyCharacters}]`,
}

/** Nova's InvalidName, where the rule that is broken is a name's. */
function nameProblem({ rule: { keyword, schema }, value }: Issue): string | undefined {
  if (keyword !== 'pattern' || typeof schema !== 'object' || schema === null || !('pattern' in schema)) return undefined
  const format = nameFormats[String(schema.pattern)]
  return format !== undefined && /^\s|\s$/.test(String(value)) ? nameFormats[namePattern] : format
}

const invalid = (issue: Issue): CloudError => {
  const { in: where, path, value, message } = issue
  const problem = nameProblem(issue)
  if (problem !== undefined) return badRequest(`An invalid 'name' value was provided. The name must be: ${problem}`)
  const text = typeof value === 'string' ? value : pythonRepr(value)
  if (path.length === 0)
    return badRequest(where === 'query' ? `Invalid input for query parameters. ${message}` : message)
  const place = where === 'query' ? 'query parameters' : 'field/attribute'
  return badRequest(`Invalid input for ${place} ${path.at(-1) ?? ''}. Value: ${text}. ${message}`)
}

export const computeWire: Wire = {
  render: renderFault,
  forbidden: (rule) => forbidden(`Policy doesn't allow ${rule} to be performed.`),
  invalid,
  malformed: () => badRequest('cannot understand JSON'),
  otherType: () => unsupportedMediaType('Unsupported Content-Type'),
  noRoute: () => notFound('The resource could not be found.'),
  headers: ({ requestId, version }) => ({
    'x-compute-request-id': requestId,
    ...(version === 0 ? {} : versionHeaders(computeVersions, version)),
  }),
}
