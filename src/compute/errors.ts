// Nova's wording and wire format. Source: nova/api/openstack/wsgi.py, nova/exception.py, nova/api/validation/validators.py.
import { badRequest, type CloudError, conflict, forbidden, notFound, unsupportedMediaType } from '#platform/errors.ts'
import type { Issue } from '#platform/http/route.ts'
import type { Wire } from '#platform/http/service.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { renderFault } from '#platform/http/wire.ts'
import { versionHeaders } from '#platform/http/server.ts'
import { computeVersions } from './versions.ts'

export const serverNotFound = (id: string): CloudError => notFound(`Instance ${id} could not be found.`)
export const flavorNotFound = (id: string): CloudError => notFound(`Flavor ${id} could not be found.`)

/** An action that the server's state does not allow. */
export const wrongState = (id: string, action: string, attribute: string, state: string | null): CloudError =>
  conflict(`Cannot '${action}' instance ${id} while it is in ${attribute} ${state}`)

/** Quota: Nova answers 403 here. */
export const overQuota = (resource: string, requested: number, used: number, limit: number): CloudError =>
  forbidden(`Quota exceeded for ${resource}: Requested ${requested}, but already used ${used} of ${limit} ${resource}`)

const invalid = ({ in: where, path, value, message }: Issue): CloudError => {
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
