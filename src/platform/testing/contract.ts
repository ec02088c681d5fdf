// What OpenStack publishes of its own APIs (OpenAPI), held against every answer that a test gets.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Answer } from './api.ts'

const operations = Type.Array(
  Type.Object({
    method: Type.String(),
    path: Type.String(),
    /** Status → JSON Schema of a success; null where nothing is said of the body. */
    replies: Type.Record(Type.String(), Type.Union([Type.Object({}), Type.Null()])),
  }),
)
export type Operation = Static<typeof operations>[number]

export type Contract = {
  readonly operations: readonly Operation[]
  /** What is wrong with an answer by the published schema; null: nothing, or nothing is published of it. */
  readonly problem: (method: string, path: string, answer: Answer) => string | null
}

/** The documents that are held against answers; made by tools/openapi. */
const documented = ['identity', 'image'] as const
const isDocumented = (type: string): type is (typeof documented)[number] => documented.some((name) => name === type)

/**
 * What the documents have wrong: they are made from the services' code, which does not always say what it answers.
 * A problem that one of these names is none.
 */
const mistakes: readonly { readonly of: RegExp; readonly problem: RegExp }[] = [
  // A link of `self`, `next` and `previous`, as everywhere.
  { of: /^GET \/v3\/(auth|OS-FEDERATION)\/(projects|domains)/, problem: /^body\/links must be array$/ },
  // Null where there is none.
  { of: / \/v3\//, problem: /\/(password_expires_at|membership_expires_at|description) must be string$/ },
  // Version 3.0 of mappings lets `local` name a domain for projects.
  { of: /^\w+ \/v3\/OS-FEDERATION\/mappings\//, problem: /^body\/mapping\/rules\/\d+\/local\/\d+ must NOT/ },
  // A change of one option answers all of them.
  { of: /^PATCH \/v3\/domains\/\w+\/config\//, problem: /^body\/config must NOT have more than 1 properties$/ },
  // Documents, not texts.
  { of: /^GET \/v2\/schemas\//, problem: /^body must be string$/ },
  // An object by the name of the limit.
  { of: /^GET \/v2\/info\/usage$/, problem: /^body\/usage must be array$/ },
  // The text `true`.
  { of: /^GET \/v2\/info\/stores/, problem: /^body\/stores\/\d+\/default must be boolean$/ },
  // Whole tasks, and the names of several tags at once.
  { of: /^GET \/v2\/images\/[^/]+\/tasks$/, problem: /^body\/tasks\/\d+ must NOT have additional properties$/ },
  { of: /^POST \/v2\/metadefs\/namespaces\/[^/]+\/tags$/, problem: /^body must have required property 'name'$/ },
]

/** The newest published document of an API; undefined for those that are not held against theirs. */
export function contractOf(type: string): Contract | undefined {
  if (!isDocumented(type)) return undefined
  const value: unknown = JSON.parse(readFileSync(join(import.meta.dirname, `openapi/${type}.fixture.json`), 'utf8'))
  if (!Value.Check(operations, value)) throw new Error(`openapi/${type}.fixture.json is not a list of operations`)
  const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false })
  const rows = value
    .map((operation) => ({ operation, pattern: patternOf(operation.path) }))
    // The path with the most fixed parts is meant: `/users/password` before `/users/{id}`.
    .sort((a, b) => parameters(a.operation.path) - parameters(b.operation.path))
  const compiled = new Map<object, ValidateFunction>()
  const validatorOf = (schema: object): ValidateFunction => {
    const made = compiled.get(schema) ?? ajv.compile(schema)
    compiled.set(schema, made)
    return made
  }
  return {
    operations: value,
    problem: (method, path, { status, body }) => {
      const plain = path.split('?')[0] ?? ''
      const row = rows.find(({ operation, pattern }) => operation.method === method && pattern.test(plain))
      const schema = row?.operation.replies[String(status)]
      if (!schema) return null
      const validate = validatorOf(schema)
      if (validate(body)) return null
      const problem = ajv.errorsText(validate.errors, { dataVar: 'body' })
      return mistakes.some((each) => each.of.test(`${method} ${plain}`) && each.problem.test(problem)) ? null : problem
    },
  }
}

const parameters = (path: string): number => path.split('{').length
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.+]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`)
