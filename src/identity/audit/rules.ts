// Audit events in the form of CADF (DMTF DSP0262), as Keystone's notifications have it (keystone/notifications.py, pycadf).

import { type Attributes, isAttributes } from '../attributes.ts'

/** What a request did to what, in Keystone's words. */
export type Deed = {
  /** `created`, `updated`, `deleted`. */
  readonly operation: string
  readonly type: string
  /** Null: what was made says its id in the answer. */
  readonly id: string | null
  /** What the event has beside the usual: of an assignment who, where and which role. */
  readonly more: Attributes
}

/** Kinds of resource by the collection that a path ends in. */
const TYPES: Readonly<Record<string, string>> = {
  users: 'user',
  groups: 'group',
  projects: 'project',
  domains: 'domain',
  roles: 'role',
  regions: 'region',
  services: 'service',
  endpoints: 'endpoint',
  endpoint_groups: 'endpoint_group',
  policies: 'policy',
  credentials: 'credential',
  'OS-EC2': 'credential',
  trusts: 'OS-TRUST:trust',
  consumers: 'OS-OAUTH1:consumer',
  access_tokens: 'OS-OAUTH1:access_token',
  access_token: 'OS-OAUTH1:access_token',
  request_token: 'OS-OAUTH1:request_token',
  authorize: 'OS-OAUTH1:request_token',
  application_credentials: 'application_credential',
  access_rules: 'access_rule',
  limits: 'limit',
  registered_limits: 'registered_limit',
  identity_providers: 'identity_provider',
  protocols: 'protocol',
  mappings: 'mapping',
  service_providers: 'service_provider',
}

const URIS: Readonly<Record<string, string>> = {
  group: 'data/security/group',
  project: 'data/security/project',
  role: 'data/security/role',
  user: 'data/security/account/user',
  domain: 'data/security/domain',
  region: 'data/security/region',
  endpoint: 'data/security/endpoint',
  service: 'data/security/service',
  policy: 'data/security/policy',
  'OS-TRUST:trust': 'data/security/trust',
  'OS-OAUTH1:access_token': 'data/security/credential',
  'OS-OAUTH1:request_token': 'data/security/credential',
  'OS-OAUTH1:consumer': 'data/security/account',
  application_credential: 'data/security/credential',
  // pycadf names the target of an assignment so.
  role_assignment: 'service/security/account/user',
}

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'created',
  PUT: 'updated',
  PATCH: 'updated',
  DELETE: 'deleted',
}

/** `/v3/projects/:target_id/users/:actor_id/roles/:role_id`, also inherited. */
const GRANT = /^\/v3(\/OS-INHERIT)?\/(projects|domains|system)\/.*(users|groups)\/:\w+\/roles\/:\w+/

/** What a route does, by its path and the parameters of a request. */
export function deedOf(method: string, path: string, params: Attributes): Deed {
  const operation = OPERATIONS[method] ?? 'updated'
  const value = (name: string): string | undefined => {
    const given = params[name]
    return typeof given === 'string' ? given : undefined
  }
  const grant = GRANT.exec(path)
  if (grant) {
    const actor = grant[3] === 'users' ? { user: value('actor_id') } : { group: value('actor_id') }
    const place = { projects: { project: value('target_id') }, domains: { domain: value('target_id') } }[grant[2] ?? '']
    const more = { ...place, ...actor, inherited_to_projects: grant[1] !== undefined, role: value('role_id') }
    return { operation: method === 'DELETE' ? 'deleted' : 'created', type: 'role_assignment', id: null, more }
  }
  const [extension = '', ...rest] = path.split('/').slice(2)
  const parts = extension.startsWith('OS-') ? rest : [extension, ...rest]
  const [first = '', whose] = parts
  const last = parts.at(-1) ?? ''
  const named = last.startsWith(':')
  const collection = named ? (parts.at(-2) ?? '') : last
  // A member of a group, a tag, a password, a setting: what it is of has changed.
  if ((parts.length > 2 && !OWNED.has(collection)) || !(collection in TYPES)) {
    return { operation: 'updated', type: TYPES[first] ?? first, id: value(whose?.slice(1) ?? '') ?? null, more: {} }
  }
  return {
    operation: named && method === 'PUT' ? 'created' : operation,
    type: TYPES[collection] ?? collection,
    id: named ? (value(last.slice(1)) ?? null) : null,
    more: {},
  }
}

/** Collections that belong to one user or provider and are resources of their own. */
const OWNED: ReadonlySet<string> = new Set([
  'application_credentials',
  'access_rules',
  'access_tokens',
  'OS-EC2',
  'protocols',
])

/** The ids of what an answer shows as made: `{ user: { id } }`, `{ limits: [{ id }, …] }`. */
export function idsIn(body: unknown): string[] {
  if (!isAttributes(body)) return []
  return Object.values(body)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .flatMap((value: unknown) => (isAttributes(value) && typeof value['id'] === 'string' ? [value['id']] : []))
}

/** Who asked, from where. */
export type Initiator = {
  readonly address: string
  readonly agent: string
  readonly userId: string | null
  readonly userName: string | null
  readonly projectId: string | null
  readonly domainId: string | null
  readonly requestId: string
}

export type EventFacts = {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly action: string
  readonly outcome: 'success' | 'failure'
  readonly initiator: Initiator
  readonly target: { readonly typeURI: string; readonly id: string | null }
  readonly observerId: string
  readonly more: Attributes
}

/** An event in the order in which pycadf writes it; what is not known is left out. */
export function cadfEvent({ id, at, action, outcome, initiator, target, observerId, more }: EventFacts): Attributes {
  const { address, agent, userId, userName, projectId, domainId, requestId } = initiator
  return {
    typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
    eventType: 'activity',
    id,
    eventTime: `${new Date(at).toISOString().slice(0, 23)}000+0000`,
    action,
    outcome,
    observer: { id: observerId, typeURI: 'service/security' },
    initiator: {
      id: userId ?? 'unknown',
      typeURI: 'service/security/account/user',
      host: { address, agent },
      ...(userId === null ? {} : { user_id: userId }),
      ...(projectId === null ? {} : { project_id: projectId }),
      ...(domainId === null ? {} : { domain_id: domainId }),
      request_id: requestId,
      ...(userName === null ? {} : { username: userName }),
    },
    target: { id: target.id ?? 'unknown', typeURI: target.typeURI },
    ...more,
  }
}

export const uriOf = (type: string): string => URIS[type] ?? 'unknown'

/** Who a login is about, as far as its body says: its id, or else its name. */
export function claimedUser(body: unknown): { readonly id: string | null; readonly name: string | null } {
  const auth = isAttributes(body) ? body['auth'] : undefined
  const identity = isAttributes(auth) ? auth['identity'] : undefined
  const password = isAttributes(identity) ? identity['password'] : undefined
  const user = isAttributes(password) ? password['user'] : undefined
  const textIn = (key: string) => {
    const value = isAttributes(user) ? user[key] : undefined
    return typeof value === 'string' ? value.slice(0, 255) : null
  }
  return { id: textIn('id'), name: textIn('name') }
}
