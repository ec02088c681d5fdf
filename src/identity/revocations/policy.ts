import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/revoke_event.py. */
export const revocationRules: readonly RuleDefault[] = [
  {
    name: 'identity:list_revoke_events',
    check: 'rule:service_or_admin',
    scopes: ['system', 'project'],
    description: 'List revoke events.',
  },
]
