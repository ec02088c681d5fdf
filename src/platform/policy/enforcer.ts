// oslo.policy's rules, parsed once into closures. A decision allocates nothing on role and attribute checks.
// Scope is always enforced, and checks that OpenStack has deprecated are never added to the new ones.

import { type Check, type CheckSource, parseCheck, PolicyError } from './check.ts'
import { type CheckExtensions, type CheckFunction, compileCheck, type Credentials, mentionsTarget } from './compile.ts'
import type { Target } from './template.ts'

export type Scope = 'system' | 'domain' | 'project'

/** A rule as a service defines it; `check` is oslo.policy's language, `''` lets everybody in. */
export type RuleDefault = {
  readonly name: string
  readonly check: string
  /** Kinds of token it may be used with; absent: every kind. */
  readonly scopes?: readonly Scope[]
  readonly description: string
  readonly operations?: readonly { readonly method: string; readonly path: string }[]
}

export type Enforcer = {
  /**
   * Whether the caller may do what the rule guards. A rule that nobody defined is answered by the rule `default`,
   * and where there is none, denied. A token of another scope than the rule's is denied.
   */
  readonly allows: (rule: string, credentials: Credentials, target: Target) => boolean
  /** Whether the rule looks at anything of the target, so that the object must be known before it is asked. */
  readonly needsTarget: (rule: string) => boolean
  /** Scopes the rule may be used with; undefined: every one. */
  readonly scopesOf: (rule: string) => readonly Scope[] | undefined
  /** Every rule, defaults and overrides, sorted. */
  readonly ruleNames: readonly string[]
}

/**
 * Makes the enforcer of a service from its default rules and the operator's overrides (`readPolicyOverrides`).
 * An override replaces the check and keeps the default's scopes; it may also define rules of its own.
 * Throws PolicyError on bad syntax, remote checks, a default defined twice, and rules that refer to each other in a circle.
 */
export function createEnforcer(
  defaults: readonly RuleDefault[],
  overrides: Readonly<Record<string, CheckSource>>,
  extensions: CheckExtensions = {},
): Enforcer {
  const kinds = new Set(Object.keys(extensions))
  const checks = new Map<string, Check>()
  const scopes = new Map<string, readonly Scope[]>()
  for (const rule of defaults) {
    if (checks.has(rule.name)) throw new PolicyError(`policy rule is defined twice: ${rule.name}`)
    checks.set(rule.name, parseRule(rule.name, rule.check, kinds))
    if (rule.scopes) scopes.set(rule.name, rule.scopes)
  }
  for (const [name, source] of Object.entries(overrides)) checks.set(name, parseRule(name, source, kinds))

  const checkOf = (name: string) => checks.get(name) ?? checks.get('default')
  refuseCycles(checks)

  const functions = new Map<string, CheckFunction>()
  const functionOf = (name: string): CheckFunction | undefined => {
    const resolved = checks.has(name) ? name : 'default'
    const check = checks.get(resolved)
    if (!check) return undefined
    const known = functions.get(resolved)
    if (known) return known
    const compiled = compileCheck(check, functionOf, extensions)
    functions.set(resolved, compiled)
    return compiled
  }
  for (const name of checks.keys()) functionOf(name)
  const fallback = functions.get('default')
  /** Whether each rule that was asked about needs a target: asked at every request, and a walk through the rule's parts. */
  const needing = new Map<string, boolean>()

  return {
    allows: (rule, credentials, target) => {
      const check = functions.get(rule) ?? fallback
      if (!check) return false
      const wanted = scopes.get(rule)
      return (wanted === undefined || wanted.includes(scopeOf(credentials))) && check(credentials, target)
    },
    needsTarget: (rule) => {
      const known = needing.get(rule)
      if (known !== undefined) return known
      const check = checkOf(rule)
      const needs = check !== undefined && mentionsTarget(check, checkOf)
      needing.set(rule, needs)
      return needs
    },
    scopesOf: (rule) => scopes.get(rule),
    ruleNames: [...checks.keys()].sort(),
  }
}

/** The scope of a token as oslo.policy sees it: one without any scope counts as a project's. */
function scopeOf(credentials: Credentials): Scope {
  if (credentials.system_scope) return 'system'
  return credentials.domain_id ? 'domain' : 'project'
}

function parseRule(name: string, source: CheckSource, kinds: ReadonlySet<string>): Check {
  try {
    return parseCheck(source, kinds)
  } catch (error) {
    throw new PolicyError(`policy rule ${name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function refuseCycles(checks: ReadonlyMap<string, Check>): void {
  const done = new Set<string>()
  const visit = (requested: string, trail: readonly string[]): void => {
    const name = checks.has(requested) ? requested : 'default'
    const check = checks.get(name)
    if (!check || done.has(name)) return
    if (trail.includes(name)) {
      throw new PolicyError(`policy rules refer to each other in a circle: ${[...trail, name].join(' -> ')}`)
    }
    for (const next of referencesOf(check)) visit(next, [...trail, name])
    done.add(name)
  }
  for (const name of checks.keys()) visit(name, [])
}

function referencesOf(check: Check): readonly string[] {
  switch (check.kind) {
    case 'rule':
      return [check.name]
    case 'not':
      return referencesOf(check.check)
    case 'and':
    case 'or':
      return check.checks.flatMap(referencesOf)
    case 'allow':
    case 'deny':
    case 'role':
    case 'literal':
    case 'attribute':
    case 'extension':
      return []
  }
}
