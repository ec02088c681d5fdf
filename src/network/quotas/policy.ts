import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/quotas.py. */
export const quotaRules: readonly RuleDefault[] = [
  {
    name: 'get_quota',
    check: '(rule:admin_only) or (role:manager and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Show a quota.',
  },
  { name: 'update_quota', check: 'rule:admin_only', scopes: ['project'], description: 'Change a quota.' },
  { name: 'delete_quota', check: 'rule:admin_only', scopes: ['project'], description: 'Delete a quota.' },
]
