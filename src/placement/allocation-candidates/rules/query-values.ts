import { isUuidLike } from '#placement/uuid.ts'
import { QueryError } from './request.ts'

// The values of the query keys `resources`, `required`, `member_of` and `in_tree`, which lists of providers take too.

/** `VCPU:2,MEMORY_MB:1024` as amounts by class; a class named twice has its last amount. */
export const parseResources = (value: string): Map<string, number> => {
  const malformed = (got: string): QueryError =>
    new QueryError(
      'Badly formed resources parameter. Expected resources query string parameter in form: ' +
        `?resources=VCPU:2,MEMORY_MB:1024. Got: ${got}.`,
    )
  if (value.trim() === '') throw malformed('empty string')
  const resources = new Map<string, number>()
  for (const part of value.split(',')) {
    const [name, amount, ...rest] = part.split(':')
    if (name === undefined || amount === undefined || rest.length > 0) throw malformed(part)
    if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(amount)) {
      throw new QueryError(`Requested resource ${name} expected positive integer amount. Got: ${amount}.`)
    }
    const number = Number(amount.replaceAll('_', ''))
    if (number < 1) throw new QueryError(`Requested resource ${name} requires amount >= 1. Got: ${number}.`)
    resources.set(name, number)
  }
  return resources
}

export type TraitFilter = { required: Set<string>[]; forbidden: Set<string> }

/** One `required` value: `A,!B` (all of, none of) or, where allowed, `in:A,B` (any of). */
export const parseTraits = (value: string, allow: { forbidden: boolean; anyOf: boolean }): TraitFilter => {
  const refuse = (rest: string): QueryError => new QueryError(`Invalid query string parameters: ${rest}`)
  if (value.startsWith('in:')) {
    if (!allow.anyOf) {
      throw refuse(`The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' only supported since microversion 1.39. Got: ${value}`)
    }
    const names = splitTrimmed(value.slice(3))
    if (names.includes('')) {
      throw refuse(
        "Expected 'required' parameter value of the form: in:HW_CPU_X86_VMX,CUSTOM_MAGIC. " +
          `Got an empty trait in: ${value}`,
      )
    }
    if (names.some((name) => name.startsWith('!'))) {
      throw refuse(`The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' does not support forbidden traits. Got: ${value}`)
    }
    return { required: [new Set(names)], forbidden: new Set() }
  }
  const names = splitTrimmed(value)
  const forbidden = new Set(names.filter((name) => name.startsWith('!')).map((name) => name.replace(/^!+/, '')))
  if (names.includes('') || forbidden.has('')) {
    const form = allow.forbidden ? 'HW_CPU_X86_VMX,!CUSTOM_MAGIC' : 'HW_CPU_X86_VMX,CUSTOM_MAGIC'
    throw refuse(`Expected 'required' parameter value of the form: ${form}. Got an empty trait in: ${value}`)
  }
  if (forbidden.size > 0 && !allow.forbidden) {
    throw refuse(`Expected 'required' parameter value of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC. Got: ${value}`)
  }
  return { required: names.filter((name) => !name.startsWith('!')).map((name) => new Set([name])), forbidden }
}

const splitTrimmed = (value: string): string[] => value.split(',').map((part) => part.trim())

/** All `required` values of one key: before any-of came (1.39) only the last counts. */
export const parseRequired = (values: readonly string[], version: number): TraitFilter => {
  const allow = { forbidden: version >= 22, anyOf: version >= 39 }
  const filters = (allow.anyOf ? values : values.slice(-1)).map((value) => parseTraits(value, allow))
  return {
    required: filters.flatMap(({ required }) => required),
    forbidden: new Set(filters.flatMap(({ forbidden }) => [...forbidden])),
  }
}

export type AggregateFilter = { memberOf: Set<string>[]; forbidden: Set<string> }

/** All `member_of` values of one key: a uuid, `in:` a list, and both with `!`; several are all to hold (1.24). */
export const parseMemberOf = (values: readonly string[], suffix: string, version: number): AggregateFilter => {
  if (version < 24 && values.length > 1)
    throw new QueryError(`Multiple member_of${suffix} parameters are not supported`)
  const memberOf: Set<string>[] = []
  const forbidden = new Set<string>()
  for (const value of values) {
    if (value.includes(',') && !/^!?in:/.test(value)) {
      throw new QueryError(
        "Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword using the valid " +
          `microversion. Got: ${value}`,
      )
    }
    const isForbidden = value.startsWith('!')
    const list = isForbidden ? value.slice(1) : value
    const uuids = list.startsWith('in:') ? list.slice(3).split(',') : [list]
    for (const uuid of uuids) {
      if (isUuidLike(uuid)) continue
      throw new QueryError(
        `Invalid query string parameters: Expected 'member_of' parameter to contain valid UUID(s). Got: ${uuid}`,
      )
    }
    if (!isForbidden) memberOf.push(new Set(uuids))
    else if (version < 32) {
      throw new QueryError(`Forbidden member_of${suffix} parameters are not supported in the specified microversion`)
    } else for (const uuid of uuids) forbidden.add(uuid)
  }
  return { memberOf, forbidden }
}

/** One `in_tree` value: the uuid of any provider of the tree. */
export const parseInTree = (value: string): string => {
  const uuid = value.trim()
  if (isUuidLike(uuid)) return uuid
  throw new QueryError(
    `Invalid query string parameters: Expected 'in_tree' parameter to be a format of uuid. Got: ${value}`,
  )
}
