// Request checks: one annotated schema, cut to the request's microversion, compiled once a version, and worded as Python's jsonschema words it.
import { isIPv4, isIPv6 } from 'node:net'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { TSchema } from 'typebox'
import { isUuid } from '../ids.ts'
import type { Invalid, Issue } from './route.ts'
import { at, boundaries } from './schema-version.ts'

/** As Python decodes base 64: other characters are passed over, but the last group must be whole or padded. */
const isPaddedBase64 = (text: string): boolean => {
  const [, digits = '', padding = ''] = /^([^=]*)(=*)/.exec(text.replaceAll(/[^A-Za-z0-9+/=]/g, '')) ?? []
  const rest = digits.length % 4
  return rest === 0 || (rest > 1 && padding.length >= 4 - rest)
}

const formats = {
  uuid: isUuid,
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  ipv4: isIPv4,
  ipv6: isIPv6,
  uri: (text: string) => URL.canParse(text),
  base64: isPaddedBase64,
}
// Our own schemas need no check against the meta-schema, which alone takes 25 ms, nor code that is smaller but slower to make.
const options = {
  strict: false,
  allErrors: false,
  verbose: true,
  formats,
  meta: false,
  validateSchema: false,
  code: { optimize: false },
} as const
const bodyAjv = new Ajv({ ...options, coerceTypes: false, useDefaults: false, removeAdditional: false })
// A query string has nothing but texts: only there is `10` a number.
const queryAjv = new Ajv({ ...options, coerceTypes: 'array', useDefaults: false, removeAdditional: false })

/** Checks a value at a version and gives it back with its type, or throws what `invalid` makes of the first violation. */
export type Check<T> = (value: unknown, version: number, invalid: Invalid) => T

/** The check of one schema of a route; without a schema the value passes as it is. */
export function checker<T>(schema: TSchema | undefined, where: 'body' | 'query'): Check<T> {
  const ajv = where === 'body' ? bodyAjv : queryAjv
  const compiled = new Map<number, ValidateFunction<T>>()
  const marks = schema ? boundaries(schema) : []
  const compile = (version: number): ValidateFunction<T> => {
    // Between two marks all versions share a schema.
    const key = marks.findLast((mark) => mark <= version) ?? 0
    const known = compiled.get(key)
    if (known) return known
    const made = ajv.compile<T>(schema ? at(schema, key) : {})
    compiled.set(key, made)
    return made
  }
  return (value, version, invalid) => {
    const validate = compile(version)
    if (validate(value)) return value
    const error = bestOf(validate.errors ?? [])
    throw invalid(error ? issueOf(error, where) : unexplained(where, value))
  }
}

/** As Python's jsonschema picks: of a union, what the one member whose type fits has to say; else what the union itself says. */
function bestOf(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const last = errors.at(-1)
  if (last?.keyword !== 'anyOf' && last?.keyword !== 'oneOf') return last
  const fitting = errors
    .slice(0, -1)
    .filter(({ keyword, instancePath }) => keyword !== 'type' || instancePath !== last.instancePath)
  return fitting.length === 1 ? fitting[0] : last
}

const unexplained = (where: 'body' | 'query', value: unknown): Issue => ({
  in: where,
  path: [],
  value,
  message: 'is not valid',
  rule: { keyword: '', path: [], schema: {} },
})

function issueOf(error: ErrorObject, where: 'body' | 'query'): Issue {
  return {
    in: where,
    path: pointerParts(error.instancePath),
    value: error.data,
    message: pythonMessage(error),
    rule: {
      keyword: error.keyword,
      path: pointerParts(error.schemaPath.slice(1)).slice(0, -1),
      schema: error.parentSchema,
    },
  }
}

const pointerParts = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))

/** How Python prints a JSON value: what jsonschema's messages quote. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'string') {
    const text = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
    return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`
  }
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`)
      .join(', ')}}`
  }
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value
}

/** Python names every surplus property, Ajv the first. */
function surplusMessage({ data, parentSchema = {} }: ErrorObject): string {
  const { properties = {}, patternProperties } = parentSchema
  const patterns = Object.keys(patternProperties ?? {}).sort()
  const surplus = Object.keys(typeof data === 'object' && data !== null ? data : {})
    .filter((name) => !(name in properties) && !patterns.some((pattern) => new RegExp(pattern, 'u').test(name)))
    .sort()
  const names = surplus.map(pythonRepr).join(', ')
  if (patterns.length > 0) {
    const verb = surplus.length === 1 ? 'does' : 'do'
    return `${names} ${verb} not match any of the regexes: ${patterns.map(pythonRepr).join(', ')}`
  }
  return `Additional properties are not allowed (${names} ${surplus.length === 1 ? 'was' : 'were'} unexpected)`
}

/** The message of Python's jsonschema for a violation that Ajv found. */
export function pythonMessage(error: ErrorObject): string {
  const value = pythonRepr(error.data)
  const params: Readonly<Record<string, unknown>> = error.params
  switch (error.keyword) {
    case 'required':
      return `${pythonRepr(params['missingProperty'])} is a required property`
    case 'additionalProperties':
      return surplusMessage(error)
    case 'type': {
      const types = String(params['type']).split(',')
      return `${value} is not of type ${types.map(pythonRepr).join(', ')}`
    }
    case 'enum':
      return `${value} is not one of ${pythonRepr(params['allowedValues'])}`
    case 'const':
      return `${pythonRepr(params['allowedValue'])} was expected`
    case 'minLength':
    case 'minItems':
      return `${value} is too short`
    case 'maxLength':
    case 'maxItems':
      return `${value} is too long`
    case 'minimum':
      return `${value} is less than the minimum of ${String(params['limit'])}`
    case 'maximum':
      return `${value} is greater than the maximum of ${String(params['limit'])}`
    case 'exclusiveMinimum':
      return `${value} is less than or equal to the minimum of ${String(params['limit'])}`
    case 'pattern':
      return `${value} does not match ${pythonRepr(params['pattern'])}`
    case 'format':
      return `${value} is not a ${pythonRepr(params['format'])}`
    case 'uniqueItems':
      return `${value} has non-unique elements`
    case 'minProperties':
      return `${value} does not have enough properties`
    case 'maxProperties':
      return `${value} has too many properties`
    case 'anyOf':
      return `${value} is not valid under any of the given schemas`
    case 'oneOf':
      return params['passingSchemas'] === null
        ? `${value} is not valid under any of the given schemas`
        : `${value} is valid under each of the given schemas`
    case 'not':
      return `${value} should not be valid under the given schema`
    default:
      return error.message ?? 'is not valid'
  }
}

/** A violation as Python's jsonschema prints it whole: message, rule and instance. */
export const describeIssue = ({ message, path, value, rule }: Issue): string => {
  const where = rule.path.map((part) => `[${pythonRepr(part)}]`).join('')
  const at = path.map((part) => `[${/^\d+$/.test(part) ? part : pythonRepr(part)}]`).join('')
  return (
    `${message}\n\nFailed validating ${pythonRepr(rule.keyword)} in schema${where}:\n    ${pythonRepr(rule.schema)}` +
    `\n\nOn instance${at}:\n    ${pythonRepr(value)}`
  )
}
