// Whether the methods of a login suffice: a user's `multi_factor_auth_rules` list sets of methods, one of which must have been used whole.

import type { AuthMethod } from '../tokens/payloads.ts'
import type { User } from '../users/store.ts'

/** Methods one can log in with here. Rules are read without the others, so that they lock nobody out. */
export const LOGIN_METHODS: readonly AuthMethod[] = [
  'password',
  'token',
  'oauth1',
  'mapped',
  'application_credential',
  'totp',
]

const isLoginMethod = (name: unknown): name is AuthMethod => LOGIN_METHODS.some((method) => method === name)

function rulesOf({ options }: Pick<User, 'options'>): AuthMethod[][] {
  const { multi_factor_auth_rules: rules } = options
  if (!Array.isArray(rules)) return []
  const sets = rules.map((rule: unknown) => (Array.isArray(rule) ? [...new Set(rule.filter(isLoginMethod))] : []))
  return sets.filter((set) => set.length > 0)
}

/** Whether a user may have a token after these methods. */
export function isEnough(user: Pick<User, 'options'>, methods: readonly AuthMethod[]): boolean {
  const rules = rulesOf(user)
  if (rules.length === 0 || user.options['multi_factor_auth_enabled'] === false) return true
  return rules.some((rule) => rule.every((method) => methods.includes(method)))
}

/** The rules that a login with these methods has begun to fulfil. */
export const begunRules = (user: Pick<User, 'options'>, methods: readonly AuthMethod[]): AuthMethod[][] =>
  rulesOf(user).filter((rule) => rule.some((method) => methods.includes(method)))
