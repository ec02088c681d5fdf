// Neutron's exception classes, their messages and the wire format. Source: neutron_lib/exceptions, neutron/api/api_common.py.
import { CloudError, type ErrorKind } from '#platform/errors.ts'
import type { Wire } from '#platform/http/service.ts'

/** A failure under the name of Neutron's exception class. */
export const neutronError = (kind: ErrorKind, type: string, message: string): CloudError =>
  new CloudError(kind, message, { code: type })

/** What webob raises for a body or filter that cannot be understood. */
export const httpBadRequest = (message: string): CloudError => neutronError('badRequest', 'HTTPBadRequest', message)

export const invalidInput = (reason: string): CloudError =>
  neutronError('badRequest', 'InvalidInput', `Invalid input for operation: ${reason}.`)

export const badRequestFor = (resource: string, reason: string): CloudError =>
  neutronError('badRequest', 'BadRequest', `Bad ${resource} request: ${reason}.`)

/** What the caller may not know of is not there. */
export const resourceNotFound = (): CloudError =>
  neutronError('notFound', 'HTTPNotFound', 'The resource could not be found.')

export const networkNotFound = (id: string): CloudError =>
  neutronError('notFound', 'NetworkNotFound', `Network ${id} could not be found.`)

export const subnetNotFound = (id: string): CloudError =>
  neutronError('notFound', 'SubnetNotFound', `Subnet ${id} could not be found.`)

export const portNotFound = (id: string): CloudError =>
  neutronError('notFound', 'PortNotFound', `Port ${id} could not be found.`)

export const routerNotFound = (id: string): CloudError =>
  neutronError('notFound', 'RouterNotFound', `Router ${id} could not be found`)

export const floatingIpNotFound = (id: string): CloudError =>
  neutronError('notFound', 'FloatingIPNotFound', `Floating IP ${id} could not be found`)

export const securityGroupNotFound = (id: string): CloudError =>
  neutronError('notFound', 'SecurityGroupNotFound', `Security group ${id} does not exist`)

export const subnetPoolNotFound = (id: string): CloudError =>
  neutronError('notFound', 'SubnetPoolNotFound', `Subnet pool ${id} could not be found.`)

export const networkInUse = (id: string, reason: string): CloudError =>
  neutronError('conflict', 'NetworkInUse', `Unable to complete operation on network ${id}. ${reason}.`)

export const subnetInUse = (id: string, reason: string): CloudError =>
  neutronError('conflict', 'SubnetInUse', `Unable to complete operation on subnet ${id}: ${reason}.`)

export const ipAddressAllocated = (subnetId: string, address: string): CloudError =>
  neutronError('conflict', 'IpAddressAlreadyAllocated', `IP address ${address} already allocated in subnet ${subnetId}`)

export const overQuota = (resources: readonly string[]): CloudError =>
  neutronError(
    'conflict',
    'OverQuota',
    `Quota exceeded for resources: [${resources.map((name) => `'${name}'`).join(', ')}].`,
  )

/** `check` is the text of the rules that were asked together, as oslo.policy prints them. */
export const policyNotAuthorized = (check: string): CloudError =>
  neutronError('forbidden', 'PolicyNotAuthorized', `${check} is disallowed by policy`)

/** The If-Match header names a revision that has gone. */
export const revisionMismatch = (expected: number, current: number): CloudError =>
  neutronError(
    'preconditionFailed',
    'RevisionNumberConstraintFailed',
    `Constrained to ${expected}, but current revision is ${current}`,
  )

const TYPES: { readonly [kind in ErrorKind]?: string } = {
  badRequest: 'HTTPBadRequest',
  forbidden: 'HTTPForbidden',
  notFound: 'HTTPNotFound',
  methodNotAllowed: 'HTTPMethodNotAllowed',
  conflict: 'HTTPConflict',
  tooLarge: 'HTTPRequestEntityTooLarge',
  unavailable: 'HTTPServiceUnavailable',
}

function render(error: CloudError): { contentType: string; body: string } {
  const internal = error.status >= 500 && error.status !== 503
  const type = internal ? 'HTTPInternalServerError' : (error.code ?? TYPES[error.kind] ?? 'HTTPBadRequest')
  const message = internal ? 'Request Failed: internal server error while processing your request.' : error.message
  return { contentType: 'application/json', body: JSON.stringify({ NeutronError: { type, message, detail: '' } }) }
}

export const networkWire: Wire = {
  render,
  forbidden: (rule) => policyNotAuthorized(`rule:${rule}`),
  invalid: ({ message }) => httpBadRequest(message),
  malformed: () => httpBadRequest('Body contains invalid data'),
  otherType: () => httpBadRequest('Body contains invalid data'),
  noRoute: resourceNotFound,
}
