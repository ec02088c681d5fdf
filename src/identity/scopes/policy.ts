import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/auth.py. */
export const scopeRules: readonly RuleDefault[] = [
  { name: 'identity:get_auth_catalog', check: '', description: 'Show the catalog.' },
  { name: 'identity:get_auth_projects', check: '', description: 'Show auth projects.' },
  { name: 'identity:get_auth_domains', check: '', description: 'Show auth domains.' },
  { name: 'identity:get_auth_system', check: '', description: 'Show auth system.' },
]
