// What a mapping may say, by its version (keystone/federation/utils.py): 2.0 gives projects a domain, 3.0 takes projects as JSON from the provider.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { pythonMessage } from '#platform/http/validation.ts'

export type DomainRef = { readonly id?: string; readonly name?: string }

type Project = {
  readonly name: string
  readonly domain?: DomainRef
  readonly roles: readonly { readonly name: string }[]
}

/** What somebody is here, with `{0}`, `{1}`, … for values of the provider's. */
export type Local = {
  readonly user?: {
    readonly id?: string
    readonly name?: string
    readonly email?: string
    readonly domain?: DomainRef
    readonly type?: string
  }
  readonly projects?: readonly Project[]
  readonly projects_json?: string
  readonly group?: { readonly id: string } | { readonly name: string; readonly domain: DomainRef }
  readonly groups?: string
  readonly group_ids?: string
  readonly domain?: DomainRef
}

/** What must hold of an attribute of the provider's: that it is there, and at most one of the others. */
export type Condition = {
  readonly type: string
  readonly any_one_of?: readonly unknown[]
  readonly not_any_of?: readonly unknown[]
  readonly blacklist?: readonly unknown[]
  readonly whitelist?: readonly unknown[]
  readonly regex?: boolean
}

export type Rule = { readonly local: readonly Local[]; readonly remote: readonly Condition[] }

type Mapping = { readonly rules: readonly Rule[] }

const text = { type: 'string' } as const
const strict = { additionalProperties: false } as const
const domain = { type: 'object', properties: { id: text, name: text }, ...strict } as const

const projects = (withDomain: boolean) => ({
  type: 'array',
  items: {
    type: 'object',
    required: ['name', 'roles'],
    ...strict,
    properties: {
      name: text,
      roles: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: text }, ...strict } },
      ...(withDomain ? { domain } : {}),
    },
  },
})

const condition = (name: string) => ({
  type: 'object',
  ...strict,
  required: ['type', name],
  properties: { type: text, [name]: { type: 'array' }, regex: { type: 'boolean' } },
})

const group = {
  type: 'object',
  oneOf: [
    { type: 'object', properties: { id: text }, ...strict, required: ['id'] },
    { type: 'object', properties: { name: text, domain }, ...strict, required: ['name', 'domain'] },
  ],
}

const user = {
  type: 'object',
  properties: { id: text, name: text, email: text, domain, type: { type: 'string', enum: ['ephemeral', 'local'] } },
  ...strict,
}

const grammar = (version: 1 | 2 | 3) => ({
  type: 'object',
  required: ['rules'],
  properties: {
    rules: {
      minItems: 1,
      type: 'array',
      items: {
        type: 'object',
        required: ['local', 'remote'],
        ...strict,
        properties: {
          local: {
            type: 'array',
            items: {
              type: 'object',
              ...strict,
              properties: {
                user,
                projects: projects(version >= 2),
                group,
                groups: text,
                group_ids: text,
                domain,
                ...(version >= 3 ? { projects_json: text } : {}),
              },
            },
          },
          remote: {
            minItems: 1,
            type: 'array',
            items: {
              type: 'object',
              oneOf: [
                { type: 'object', required: ['type'], properties: { type: text }, ...strict },
                ...['any_one_of', 'not_any_of', 'blacklist', 'whitelist'].map(condition),
              ],
            },
          },
        },
      },
    },
    schema_version: text,
  },
})

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true })
const grammars: ReadonlyMap<unknown, ValidateFunction<Mapping>> = new Map([
  ['1.0', ajv.compile<Mapping>(grammar(1))],
  ['2.0', ajv.compile<Mapping>(grammar(2))],
  ['3.0', ajv.compile<Mapping>(grammar(3))],
])
const projectList = ajv.compile<readonly Project[]>(projects(true))

/** What is wrong with a mapping, a line each in the words of Python's jsonschema; none: nothing. */
export function complaintsAbout(mapping: Readonly<Record<string, unknown>>): string[] {
  const check = grammars.get(mapping['schema_version'])
  if (!check) return [`${String(mapping['schema_version'])} is no version of mappings: 1.0, 2.0 or 3.0`]
  return check(mapping) ? [] : linesOf(check.errors ?? [])
}

/** The rules of a mapping that was kept. @throws Error where it is none */
export function rulesOf(version: string, json: string): readonly Rule[] {
  const mapping: unknown = { rules: JSON.parse(json), schema_version: version }
  const check = grammars.get(version)
  if (!check?.(mapping)) throw new Error(`rules of the version ${version} are broken`)
  return mapping.rules
}

export const isProjects = (value: unknown): value is readonly Project[] => projectList(value)

/** The same of projects that a provider sends as JSON. */
export const complaintsAboutProjects = (value: unknown): string[] =>
  projectList(value) ? [] : linesOf(projectList.errors ?? [])

/** Where no alternative fits, jsonschema says that, not why each does not. */
function linesOf(errors: readonly ErrorObject[]): string[] {
  const undecided = errors.filter(({ keyword }) => keyword === 'oneOf').map(({ instancePath }) => instancePath)
  const told = errors.filter(
    ({ keyword, instancePath }) =>
      keyword === 'oneOf' || !undecided.some((path) => instancePath === path || instancePath.startsWith(`${path}/`)),
  )
  return told.map(pythonMessage).sort()
}
