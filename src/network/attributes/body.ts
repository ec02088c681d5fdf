// From a request's body to checked values: Neutron's `prepare_request_body`, with its order of checks and its messages.
import type { Ctx } from '#platform/context.ts'
import { httpBadRequest, policyNotAuthorized } from '../errors.ts'
import type { Attributes, Changes, Created, Resource } from './attribute.ts'
import { type Dict, isDict, shown } from './readers.ts'

/** A new object as its user asked for it. */
export type NewItem<A extends Attributes> = {
  readonly values: Created<A>
  /** Guarded attributes that were named with another value than their default. */
  readonly guarded: readonly string[]
  readonly projectId: string
}

export type Update<A extends Attributes> = { readonly values: Changes<A>; readonly guarded: readonly string[] }

function bodyOf(body: unknown): Dict {
  if (!isDict(body)) throw httpBadRequest(body === undefined ? 'Resource body required' : 'Body contains invalid data')
  return body
}

function objectOf(name: string, value: unknown): Dict {
  if (value === undefined || value === null) throw httpBadRequest(`Unable to find '${name}' in request body`)
  if (!isDict(value)) throw httpBadRequest(`Object '${name}' contains invalid data`)
  return value
}

/** Whose the object is to be; only the cloud's own people may name another project. */
function ownerOf(ctx: Ctx, { project_id: project, tenant_id: tenant }: Dict): string {
  const given = project ?? tenant
  if (project !== undefined && tenant !== undefined && project !== tenant) {
    throw httpBadRequest("'project_id' and 'tenant_id' do not match")
  }
  if (given === undefined) return ctx.caller.projectId ?? ''
  if (given !== ctx.caller.projectId && !isPrivileged(ctx)) {
    throw httpBadRequest(
      "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request is not allowed for the current user.",
    )
  }
  if (typeof given !== 'string') {
    throw httpBadRequest(`Invalid input for tenant_id. Reason: '${shown(given)}' is not a valid string.`)
  }
  return given
}

const isPrivileged = (ctx: Ctx): boolean =>
  ctx.caller.roles.includes('admin') || ctx.caller.roles.includes('service') || ctx.caller.roles.includes('advsvc')

function refuseUnknown<A extends Attributes>({ attributes, readOnly }: Resource<A>, given: Dict): void {
  const unknown = Object.keys(given).filter(
    (name) => !(name in attributes) && !readOnly.includes(name) && name !== 'project_id' && name !== 'tenant_id',
  )
  if (unknown.length > 0) throw httpBadRequest(`Unrecognized attribute(s) '${unknown.join(', ')}'`)
}

const isComplete = <A extends Attributes>(attributes: A, values: Dict): values is Created<A> =>
  Object.keys(attributes).every((name) => name in values)

const isPartial = <A extends Attributes>(attributes: A, values: Dict): values is Changes<A> =>
  Object.keys(values).every((name) => name in attributes)

const sameJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

function readItem<A extends Attributes>(ctx: Ctx, resource: Resource<A>, given: Dict): NewItem<A> {
  const { attributes, readOnly } = resource
  const projectId = ownerOf(ctx, given)
  refuseUnknown(resource, given)
  const refused = readOnly.find((name) => name in given)
  if (refused !== undefined) throw httpBadRequest(`Attribute '${refused}' not allowed in POST`)
  const values: { [name: string]: unknown } = {}
  const guarded: string[] = []
  for (const [name, attribute] of Object.entries(attributes)) {
    if (!(name in given)) {
      if (attribute.initial === null) {
        throw httpBadRequest(`Failed to parse request. Required attribute '${name}' not specified`)
      }
      values[name] = attribute.initial()
      continue
    }
    if (!attribute.post) throw httpBadRequest(`Attribute '${name}' not allowed in POST`)
    values[name] = attribute.read(given[name], name)
    if (attribute.guarded && !sameJson(values[name], attribute.initial?.())) guarded.push(name)
  }
  if (!isComplete(attributes, values)) throw new Error(`attributes of ${resource.name} are missing`)
  return { values, guarded, projectId }
}

/** Reads the body of a POST: one object, or several where the collection's name is used. */
export function readCreate<A extends Attributes>(
  ctx: Ctx,
  resource: Resource<A>,
  body: unknown,
): { readonly items: readonly NewItem<A>[]; readonly bulk: boolean } {
  const given = bodyOf(body)
  const several = given[resource.collection]
  if (several === undefined) {
    return { items: [readItem(ctx, resource, objectOf(resource.name, given[resource.name]))], bulk: false }
  }
  if (!Array.isArray(several)) throw httpBadRequest('Body contains invalid data')
  if (several.length === 0) throw httpBadRequest('Resources required')
  const items = several.map((item: unknown) => {
    const inner = isDict(item) && resource.name in item ? item[resource.name] : item
    return readItem(ctx, resource, objectOf(resource.name, inner))
  })
  return { items, bulk: true }
}

/** Reads the body of a PUT. */
export function readUpdate<A extends Attributes>(ctx: Ctx, resource: Resource<A>, body: unknown): Update<A> {
  const given = objectOf(resource.name, bodyOf(body)[resource.name])
  const { attributes, readOnly } = resource
  ownerOf(ctx, given)
  refuseUnknown(resource, given)
  const values: { [name: string]: unknown } = {}
  const guarded: string[] = []
  for (const [name, value] of Object.entries(given)) {
    const attribute = attributes[name]
    if (attribute === undefined || !attribute.put || readOnly.includes(name)) {
      throw httpBadRequest(`Cannot update read-only attribute ${name}`)
    }
    values[name] = attribute.read(value, name)
    if (attribute.guarded) guarded.push(name)
  }
  if (!isPartial(attributes, values)) throw new Error(`unknown attributes of ${resource.name}`)
  return { values, guarded }
}

/** Rules that naming an attribute asks: its own, and those of the keys inside it. */
function rulesOf(action: string, name: string, value: unknown, guardedKeys: readonly string[]): string[] {
  const rule = `${action}:${name}`
  const inner = Array.isArray(value)
    ? value.flatMap((item: unknown) => (isDict(item) ? Object.keys(item) : []))
    : guardedKeys.filter((key) => isDict(value) && key in value)
  return [rule, ...new Set(inner.map((key) => `${rule}:${key}`))]
}

/**
 * Asks the rule of an action, and those of the guarded attributes that it names.
 * @throws forbidden in oslo.policy's words; what `hidden` makes where the caller may not even see the target
 */
export function authorizeItem<A extends Attributes>(
  ctx: Ctx,
  action: string,
  resource: Resource<A>,
  { values, guarded }: { readonly values: Dict; readonly guarded: readonly string[] },
  target: Dict,
  hidden?: () => Error,
): void {
  let check = `rule:${action}`
  let allowed = ctx.can(action, target)
  for (const name of guarded) {
    const rules = rulesOf(action, name, values[name], resource.attributes[name]?.guardedKeys ?? [])
    allowed = allowed && rules.every((rule) => ctx.can(rule, target))
    const [own, ...inner] = rules.map((rule) => `rule:${rule}`)
    check = `(${check} and ${inner.length === 0 ? own : `(${own} and (${inner.join(' and ')}))`})`
  }
  if (allowed) return
  if (hidden !== undefined && !ctx.can(`get_${resource.name}`, target)) throw hidden()
  throw policyNotAuthorized(check)
}
