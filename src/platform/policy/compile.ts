import { type Check, PolicyError } from './check.ts'
import { compileTemplate, isRecord, pythonText, type Target } from './template.ts'

/**
 * What the caller brings to a check, named as oslo.context names it for policy files.
 * Further attributes (`token.domain.id`, `trust.trustor_user_id`) are found by their dotted path.
 */
export type Credentials = {
  readonly roles: readonly string[]
  readonly user_id?: string | null
  readonly user_domain_id?: string | null
  readonly project_id?: string | null
  readonly project_domain_id?: string | null
  readonly domain_id?: string | null
  /** `'all'` for a token of the whole system. */
  readonly system_scope?: string | null
  readonly is_admin?: boolean
  readonly is_admin_project?: boolean
  readonly service_roles?: readonly string[]
  readonly service_user_id?: string | null
  readonly service_project_id?: string | null
  readonly token?: unknown
  readonly [attribute: string]: unknown
}

export type CheckFunction = (credentials: Credentials, target: Target) => boolean

/** Kinds of check a service adds: given the text after `kind:`, a function that answers it. */
export type CheckExtensions = Readonly<Record<string, (text: string) => CheckFunction>>

/** Turns a check into a closure. `ruleOf` gives the closure of a named rule (undefined: no such rule, so denied). */
export function compileCheck(
  check: Check,
  ruleOf: (name: string) => CheckFunction | undefined,
  extensions: CheckExtensions,
): CheckFunction {
  switch (check.kind) {
    case 'allow':
      return allow
    case 'deny':
      return deny
    case 'not': {
      const inner = compileCheck(check.check, ruleOf, extensions)
      return (credentials, target) => !inner(credentials, target)
    }
    case 'and':
      return compileAll(check.checks.map((part) => compileCheck(part, ruleOf, extensions)))
    case 'or':
      return compileAny(check.checks.map((part) => compileCheck(part, ruleOf, extensions)))
    case 'rule':
      return ruleOf(check.name) ?? deny
    case 'role': {
      const fill = compileTemplate(check.role)
      if (check.role.keys.length > 0) {
        return (credentials, target) => hasRole(credentials.roles, fill(target)?.toLowerCase())
      }
      const role = fill({})?.toLowerCase()
      return (credentials) => hasRole(credentials.roles, role)
    }
    case 'literal': {
      const fill = compileTemplate(check.match)
      return (_credentials, target) => fill(target) === check.value
    }
    case 'attribute': {
      const fill = compileTemplate(check.match)
      const [name = '', ...rest] = check.path
      return (credentials, target) => holds(credentials[name], rest, 0, fill(target))
    }
    case 'extension': {
      const extension = extensions[check.name]
      if (!extension) throw new PolicyError(`no such kind of policy check: ${check.name}`)
      return extension(check.text)
    }
  }
}

/** Whether the check, its rules resolved by `ruleOf`, looks at anything of the target. */
export function mentionsTarget(check: Check, ruleOf: (name: string) => Check | undefined): boolean {
  switch (check.kind) {
    case 'allow':
    case 'deny':
      return false
    case 'not':
      return mentionsTarget(check.check, ruleOf)
    case 'and':
    case 'or':
      return check.checks.some((part) => mentionsTarget(part, ruleOf))
    case 'rule': {
      const rule = ruleOf(check.name)
      return rule !== undefined && mentionsTarget(rule, ruleOf)
    }
    case 'role':
      return check.role.keys.length > 0
    case 'literal':
    case 'attribute':
      return check.match.keys.length > 0
    case 'extension':
      return true
  }
}

const allow: CheckFunction = () => true
const deny: CheckFunction = () => false

function compileAny(parts: readonly CheckFunction[]): CheckFunction {
  const [a = deny, b = deny] = parts
  if (parts.length === 2) return (credentials, target) => a(credentials, target) || b(credentials, target)
  return (credentials, target) => {
    for (const part of parts) if (part(credentials, target)) return true
    return false
  }
}

function compileAll(parts: readonly CheckFunction[]): CheckFunction {
  const [a = allow, b = allow] = parts
  if (parts.length === 2) return (credentials, target) => a(credentials, target) && b(credentials, target)
  return (credentials, target) => {
    for (const part of parts) if (!part(credentials, target)) return false
    return true
  }
}

function hasRole(roles: readonly string[], wanted: string | undefined): boolean {
  for (const role of roles) if (role === wanted || role.toLowerCase() === wanted) return true
  return false
}

/** oslo.policy's walk of the credentials: lists on the way match when any of their items does. */
function holds(value: unknown, path: readonly string[], at: number, wanted: string | undefined): boolean {
  if (wanted === undefined || value === undefined) return false
  if (Array.isArray(value)) return value.some((item) => holds(item, path, at, wanted))
  const name = path[at]
  if (name === undefined) return pythonText(value) === wanted
  return isRecord(value) && holds(value[name], path, at + 1, wanted)
}
