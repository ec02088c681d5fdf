import { Type } from 'typebox'
import { forbidden } from '#platform/errors.ts'
import { type Check, checker, describeIssue } from '#platform/http/validation.ts'
import { refusedBody, schemaViolation } from '../errors.ts'
import { metadefBodies } from './documents.ts'

/** A definition of one property, without its name; kept and shown as it came. */
export type PropertyBody = Readonly<Record<string, unknown>>

export type ObjectBody = {
  readonly name: string
  readonly description?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, PropertyBody>>
}

export type AssociationBody = {
  readonly name: string
  readonly prefix?: string
  readonly properties_target?: string
}

export type TagBody = { readonly name: string }

export type NamespaceBody = {
  readonly namespace: string
  readonly display_name?: string
  readonly description?: string
  readonly visibility?: 'public' | 'private'
  readonly protected?: boolean
  readonly owner?: string
  readonly resource_type_associations?: readonly AssociationBody[]
  readonly properties?: Readonly<Record<string, PropertyBody>>
  readonly objects?: readonly ObjectBody[]
  readonly tags?: readonly TagBody[]
}

type Bodies = {
  readonly namespace: NamespaceBody
  readonly object: ObjectBody
  readonly property: PropertyBody & { readonly name: string }
  readonly tag: TagBody
  readonly tags: { readonly tags?: readonly TagBody[] }
  readonly resource_type_association: AssociationBody
}

// The documents say `format: regex`, which says nothing that JavaScript's expressions could be held to.
const withoutFormats: (key: string, value: unknown) => unknown = (key, value) =>
  key === 'format' && typeof value === 'string' ? undefined : value

const checkOf = <T>(name: keyof Bodies): Check<T> => {
  const schema: object = { type: 'object', ...metadefBodies[name] }
  const parsed: unknown = JSON.parse(JSON.stringify(schema, withoutFormats))
  return checker<T>(Type.Unsafe<T>(typeof parsed === 'object' && parsed !== null ? parsed : {}), 'body')
}

const checks: { readonly [Name in keyof Bodies]: Check<Bodies[Name]> } = {
  namespace: checkOf('namespace'),
  object: checkOf('object'),
  property: checkOf('property'),
  tag: checkOf('tag'),
  tags: checkOf('tags'),
  resource_type_association: checkOf('resource_type_association'),
}

const READ_ONLY = ['self', 'schema', 'created_at', 'updated_at']

/** @throws badRequest, forbidden (what only Glance sets) */
export const parseBody = <Name extends keyof Bodies>(name: Name, body: unknown): Bodies[Name] => {
  if (typeof body !== 'object' || body === null) throw refusedBody(body)
  const taken = READ_ONLY.find((key) => key in body)
  if (taken !== undefined) throw forbidden(`Attribute '${taken}' is read-only.`)
  return checks[name](body, 0, (issue) => schemaViolation(name, describeIssue(issue)))
}

/** An object, with each of its properties. @throws badRequest, forbidden */
export const parseObject = (body: unknown): ObjectBody => {
  const object = parseBody('object', body)
  for (const { name: _, ...property } of Object.values(object.properties ?? {})) {
    parseBody('property', { ...property, name: 'x' })
  }
  return object
}

/** A namespace, with each of what it brings. @throws badRequest, forbidden */
export const parseNamespace = (body: unknown): NamespaceBody => {
  const namespace = parseBody('namespace', body)
  for (const object of namespace.objects ?? []) parseObject(object)
  for (const tag of namespace.tags ?? []) parseBody('tag', tag)
  for (const association of namespace.resource_type_associations ?? []) {
    parseBody('resource_type_association', association)
  }
  return namespace
}
