// The mapping engine (keystone/federation/utils.py): what a provider says of a user, made into a user, groups and projects of this cloud.
// A rule counts where all its conditions on the provider's words hold; all rules that count are put together.

import { RegExpFailure, searches } from '#lib/bounded-regexp/bounded-regexp.ts'
import { internal } from '#platform/errors.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { validationError } from '../errors.ts'
import {
  complaintsAboutProjects,
  type Condition,
  type DomainRef,
  isProjects,
  type Local,
  type Rule,
} from './grammar.ts'
import { readTexts, writeTexts } from './literal.ts'

/** What the provider says: each attribute with its values. */
export type Assertion = Readonly<Record<string, readonly string[]>>

export type MappedUser = {
  readonly id?: string
  readonly name?: string
  readonly email?: string
  readonly domain?: DomainRef
  /** Ephemeral ones are known to the provider alone, local ones exist here. */
  readonly type: 'ephemeral' | 'local'
}

export type MappedProject = { readonly name: string; readonly domain?: DomainRef; readonly roles: readonly string[] }

/** Who somebody is here. */
export type Mapped = {
  readonly user: MappedUser
  readonly groupIds: readonly string[]
  readonly groups: readonly { readonly name: string; readonly domain: DomainRef }[]
  readonly projects: readonly MappedProject[]
}

/** Values of an attribute that came as one text. */
export const valuesOf = (text: string): string[] => text.split(';')

/** What the caller may not know of: the mapping itself is wrong. */
const brokenMapping = (reason: string, cause?: unknown) =>
  internal('An unexpected error prevented the server from fulfilling your request.', {
    cause: new Error(reason, { cause }),
  })

/**
 * Applies rules of a version to what a provider says.
 * @throws badRequest where no rule counts or their outcome makes no sense, internal where a rule itself is broken
 */
export function applyMapping(rules: readonly Rule[], version: string, assertion: Assertion): Mapped {
  const found = rules.flatMap((rule) => {
    const matches = matchesOf(rule.remote, assertion)
    return matches === undefined ? [] : rule.local.map((local) => fill(local, matches))
  })
  const last = found.at(-1)
  if (!last) {
    throw validationError(
      'Could not map any federated user properties to identity values. Check debug logs or the mapping used for additional details.',
    )
  }
  const given = found.find(({ user }) => user !== undefined && Object.keys(user).length > 0)?.user ?? {}
  // From 2.0 on a domain beside the user counts for users and projects that name none.
  const home = version === '1.0' || last.domain === undefined ? {} : { domain: last.domain }
  return {
    user: { ...home, ...given, type: typeOf(given.type) },
    groupIds: [...new Set(found.flatMap(groupIdsOf))],
    groups: found.flatMap(groupsOf),
    projects: projectsOf(found, version),
  }
}

function typeOf(type: string | undefined): MappedUser['type'] {
  if (type === undefined || type === 'ephemeral') return 'ephemeral'
  if (type === 'local') return 'local'
  throw validationError(`User type ${type} not supported`)
}

/** The values that `{0}`, `{1}`, … stand for; undefined where a condition does not hold. */
function matchesOf(conditions: readonly Condition[], assertion: Assertion): (readonly string[])[] | undefined {
  const matches: (readonly string[])[] = []
  for (const condition of conditions) {
    const values = Object.hasOwn(assertion, condition.type) ? (assertion[condition.type] ?? []) : []
    if (values.length === 0) return undefined
    const isAnyOf = (wanted: readonly unknown[]) => (value: string) => meets(value, wanted, condition.regex === true)
    const { any_one_of: anyOf, not_any_of: noneOf, blacklist, whitelist } = condition
    if (anyOf) {
      if (!values.some(isAnyOf(anyOf))) return undefined
    } else if (noneOf) {
      if (values.some(isAnyOf(noneOf))) return undefined
    } else if (blacklist) {
      const black = isAnyOf(blacklist)
      matches.push([...new Set(values.filter((value) => !black(value)))])
    } else matches.push(whitelist ? [...new Set(values.filter(isAnyOf(whitelist)))] : values)
  }
  return matches
}

function meets(value: string, wanted: readonly unknown[], regex: boolean): boolean {
  if (!regex) return wanted.includes(value)
  try {
    return wanted.some((pattern) => typeof pattern === 'string' && searches(pattern, value))
  } catch (error) {
    throw error instanceof RegExpFailure ? brokenMapping(error.message, error) : error
  }
}

/** A local part with values in the place of `{0}`, `{1}`, … */
function fill(local: Local, matches: readonly (readonly string[])[]): Local {
  const text = (template: string) => format(template, matches)
  const each = <T extends object>(part: T): T =>
    Object.assign({ ...part }, Object.fromEntries(Object.entries(part).map(([key, value]) => [key, deep(value)])))
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(deep)
    return typeof value === 'object' && value !== null ? each(value) : value
  }
  const { projects_json: json, ...others } = local
  return { ...each(others), ...(json === undefined ? {} : { projects_json: readProjects(json, matches) }) }
}

/** Python's `str.format` for `{0}`, `{}`, `{{` and `}}`. Several values of an attribute come as a list in brackets. */
function format(template: string, matches: readonly (readonly string[])[]): string {
  let next = 0
  return template.replace(/\{\{|\}\}|\{(\d*)\}|[{}]/g, (part, index: string | undefined) => {
    if (part === '{{' || part === '}}') return part.slice(1)
    if (index === undefined) throw brokenMapping(`${template} is no format`)
    const values = matches[index === '' ? next++ : Number(index)]
    if (!values) throw brokenMapping(`${template} refers to a remote match that does not exist`)
    const [only] = values
    return values.length === 1 && only !== undefined ? only : writeTexts(values)
  })
}

/** Projects as the provider lists them itself, in JSON. */
function readProjects(template: string, matches: readonly (readonly string[])[]): string {
  const [, index] = /^\{?(\d+)\}?/.exec(template) ?? []
  const values = index === undefined ? undefined : matches[Number(index)]
  if (!values) throw brokenMapping(`${template} refers to a remote match that does not exist`)
  const json = values.join(';')
  const complaints = complaintsAboutProjects(jsonOf(json))
  if (complaints.length > 0) throw validationError(complaints.map((line) => `${line}\n`).join(''))
  return json
}

function projectsOf(found: readonly Local[], version: string): MappedProject[] {
  const local = found.findLast(({ projects, projects_json }) => projects !== undefined || projects_json !== undefined)
  if (!local) return []
  const listed = local.projects_json === undefined ? [] : jsonOf(local.projects_json)
  const all = [...(local.projects ?? []), ...(isProjects(listed) ? listed : [])]
  const home = version === '1.0' || local.domain === undefined ? {} : { domain: local.domain }
  return all.map(({ name, domain, roles }) => ({
    ...home,
    ...(domain ? { domain } : {}),
    name,
    roles: roles.map((role) => role.name),
  }))
}

/** The value of a JSON text; undefined where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const groupIdsOf = ({ group, group_ids: ids }: Local): string[] => [
  ...(group && 'id' in group ? [group.id] : []),
  ...(ids === undefined ? [] : (readTexts(ids) ?? [ids])),
]

function groupsOf(local: Local): Mapped['groups'] {
  const { group, groups, domain } = local
  const own = group && 'name' in group ? [group] : []
  if (groups === undefined) return own
  const names = readTexts(groups) ?? [groups]
  return [...own, ...names.map((name) => (name.startsWith('JSON:') ? groupIn(name, local) : inDomain(name)))]

  function inDomain(name: string) {
    if (!domain) throw incomplete(local)
    return { name, domain }
  }
}

/** A group that comes with its own domain: `JSON:{"name": …, "domain": {"name": …}}`. */
function groupIn(text: string, local: Local): { readonly name: string; readonly domain: DomainRef } {
  const value = jsonOf(text.slice('JSON:'.length))
  if (typeof value !== 'object' || value === null || !('name' in value) || !('domain' in value)) throw incomplete(local)
  const { name, domain } = value
  if (typeof name !== 'string' || typeof domain !== 'object' || domain === null) throw incomplete(local)
  if ('id' in domain && typeof domain.id === 'string') return { name, domain: { id: domain.id } }
  if ('name' in domain && typeof domain.name === 'string') return { name, domain: { name: domain.name } }
  throw incomplete(local)
}

const incomplete = (local: Local) =>
  validationError(`Invalid rule: ${pythonRepr(local)}. Both 'groups' and 'domain' keywords must be specified.`)
