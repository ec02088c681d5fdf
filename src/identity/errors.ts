// Keystone's wording and wire format. Source: keystone/exception.py, keystone/server/flask/application.py.
import { badRequest, type CloudError, conflict, forbidden, notFound, unauthorized } from '#platform/errors.ts'
import type { Issue } from '#platform/http/route.ts'
import type { Wire } from '#platform/http/service.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { renderKeystone } from '#platform/http/wire.ts'

/** `Could not find region: RegionTwo.` */
export const notFoundIn = (what: string, id: string): CloudError => notFound(`Could not find ${what}: ${id}.`)

/** `Conflict occurred attempting to store region - Duplicate ID, RegionOne.` */
export const conflictIn = (type: string, details: string): CloudError =>
  conflict(`Conflict occurred attempting to store ${type} - ${details}.`)

/** A request that Keystone does not understand. */
export const validationError = (message: string): CloudError => badRequest(message)

/** An action that is refused whatever the caller's roles are. */
export const forbiddenAction = (message: string): CloudError => forbidden(message)

const challenge = (baseUrl: string) => ({ headers: { 'www-authenticate': `Keystone uri="${baseUrl}/v3"` } })

/** The one answer to every failed login and every bad token: it tells nothing of what was wrong. */
export const notAuthenticated = (baseUrl: string): CloudError =>
  unauthorized('The request you have made requires authentication.', challenge(baseUrl))

/** keystone/api/validation/validators.py: the last name on the path. */
function invalid({ path, value, message }: Issue): CloudError {
  const name = path.at(-1)
  if (name === undefined) return badRequest(message)
  // Logins have a validator of their own (keystone/auth/schema.py).
  const [first, ...below] = path
  if (first === 'auth')
    return badRequest(below.length === 0 ? message : `Invalid input for field '${below.join('/')}': ${message}`)
  const shown = typeof value === 'string' ? value : pythonRepr(value)
  return badRequest(`Invalid input for field/attribute ${name}. Value: ${shown}. ${message}`)
}

export const identityWire: Wire = {
  render: renderKeystone,
  forbidden: (rule) => forbidden(`You are not authorized to perform the requested action: ${rule}.`),
  invalid,
  malformed: () =>
    badRequest(
      'Expecting to find valid JSON in request body. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    ),
  otherType: () =>
    badRequest(
      'Expecting to find application/json in Content-Type header. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    ),
  unauthorized: notAuthenticated,
  headers: () => ({ vary: 'X-Auth-Token' }),
}

/** A refusal whose reason Keystone does not tell. */
export const forbiddenSilently = (): CloudError => forbidden('You are not authorized to perform the requested action.')

/** An action that the kind of token forbids: Keystone puts the reason where the rule's name usually is. */
export const forbiddenFor = (reason: string): CloudError =>
  forbidden(`You are not authorized to perform the requested action: ${reason}.`)

/** Keystone's plain ValidationError: something expected is not there. */
export const expecting = (attribute: string, target: string): CloudError =>
  badRequest(
    `Expecting to find ${attribute} in ${target}. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.`,
  )

/** A name that is taken, in a domain where it has one. */
export const duplicateName = (type: string, name: string, domainId: string | null): CloudError =>
  conflictIn(type, `Duplicate entry found with name ${name}${domainId === null ? '' : ` at domain ID ${domainId}`}`)

const immutable = (verb: string, type: string, id: string): CloudError =>
  forbidden(`Unable to ${verb} immutable ${type} resource: \`${id}. Set resource option "immutable" to false first.`)
export const immutableUpdate = (type: string, id: string): CloudError => immutable('update', type, id)
export const immutableDelete = (type: string, id: string): CloudError => immutable('delete', type, id)
