import { parseTemplate, type Template } from './template.ts'

/**
 * The syntax tree of oslo.policy's check language.
 * A text that oslo.policy would log and treat as "never" is refused here: a typing error in a policy must not pass unseen.
 */
export type Check =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'not'; readonly check: Check }
  | { readonly kind: 'and'; readonly checks: readonly Check[] }
  | { readonly kind: 'or'; readonly checks: readonly Check[] }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'role'; readonly role: Template }
  | { readonly kind: 'literal'; readonly value: string; readonly match: Template }
  | { readonly kind: 'attribute'; readonly path: readonly string[]; readonly match: Template }
  | { readonly kind: 'extension'; readonly name: string; readonly text: string }

/** A check as a policy file may write it: the language, or the old lists (an OR of ANDs). */
export type CheckSource = string | readonly (string | readonly string[])[]

/** A policy that cannot be loaded: bad syntax, a forbidden kind of check, a cycle, a rule defined twice. */
export class PolicyError extends Error {
  override name = 'PolicyError'
}

/** Parses one check. `extensions` names the kinds of check that a service brings itself (Neutron's `field`). */
export function parseCheck(source: CheckSource, extensions: ReadonlySet<string> = new Set()): Check {
  if (typeof source !== 'string') return parseLists(source, extensions)
  const tokens = tokenize(source)
  if (tokens.length === 0) return { kind: 'allow' }
  let at = 0

  const orExpression = (): Check => {
    const checks = [andExpression()]
    while (tokens[at]?.toLowerCase() === 'or') {
      at++
      checks.push(andExpression())
    }
    return anyOf(checks)
  }
  const andExpression = (): Check => {
    const checks = [notExpression()]
    while (tokens[at]?.toLowerCase() === 'and') {
      at++
      checks.push(notExpression())
    }
    return allOf(checks)
  }
  const notExpression = (): Check => {
    if (tokens[at]?.toLowerCase() !== 'not') return primary()
    at++
    return { kind: 'not', check: notExpression() }
  }
  const primary = (): Check => {
    const token = tokens[at++]
    if (token === undefined) throw new PolicyError(`policy check ends too early: ${source}`)
    if (token !== '(') return parsePrimitive(token, extensions)
    const inner = orExpression()
    if (tokens[at++] !== ')') throw new PolicyError(`policy check lacks a closing parenthesis: ${source}`)
    return inner
  }

  const check = orExpression()
  if (at !== tokens.length) throw new PolicyError(`policy check has something left over at "${tokens[at]}": ${source}`)
  return check
}

function parseLists(lists: Exclude<CheckSource, string>, extensions: ReadonlySet<string>): Check {
  if (lists.length === 0) return { kind: 'allow' }
  const alternatives = lists
    .map((item) => (typeof item === 'string' ? [item] : item))
    .filter((items) => items.length > 0)
    .map((items) => allOf(items.map((item) => parsePrimitive(item, extensions))))
  return alternatives.length === 0 ? { kind: 'deny' } : anyOf(alternatives)
}

function anyOf(checks: readonly Check[]): Check {
  const [first, second] = checks
  return first !== undefined && second === undefined ? first : { kind: 'or', checks }
}

function allOf(checks: readonly Check[]): Check {
  const [first, second] = checks
  return first !== undefined && second === undefined ? first : { kind: 'and', checks }
}

/** Words, with the parentheses that lead and trail them apart; those of `%(name)s` stay inside their word. */
function tokenize(text: string): string[] {
  const tokens: string[] = []
  for (const word of text.split(/\s+/)) {
    const [, open = '', body = '', close = ''] = /^(\(*)(.*?)(\)*)$/.exec(word) ?? []
    for (const mark of open) tokens.push(mark)
    if (body !== '') tokens.push(body)
    for (const mark of close) tokens.push(mark)
  }
  return tokens
}

const PYTHON_WORDS: ReadonlySet<string> = new Set(['True', 'False', 'None'])

function parsePrimitive(text: string, extensions: ReadonlySet<string>): Check {
  if (text === '@') return { kind: 'allow' }
  if (text === '!') return { kind: 'deny' }
  const colon = text.indexOf(':')
  if (colon <= 0) throw new PolicyError(`not a policy check: ${text}`)
  const kind = text.slice(0, colon)
  const match = text.slice(colon + 1)
  if (extensions.has(kind)) return { kind: 'extension', name: kind, text: match }
  if (kind === 'http' || kind === 'https') {
    throw new PolicyError(`policy checks that call a remote server are not supported: ${text}`)
  }
  if (kind === 'rule') return { kind: 'rule', name: match }
  if (kind === 'role') return { kind: 'role', role: parseTemplate(match) }
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(kind)
  if (quoted) return { kind: 'literal', value: quoted[1] ?? quoted[2] ?? '', match: parseTemplate(match) }
  if (PYTHON_WORDS.has(kind) || /^-?\d+$/.test(kind)) {
    return { kind: 'literal', value: kind, match: parseTemplate(match) }
  }
  return { kind: 'attribute', path: kind.split('.'), match: parseTemplate(match) }
}
