import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/trust.py. */
export const trustRules: readonly RuleDefault[] = [
  {
    name: 'identity:create_trust',
    check: 'user_id:%(target.trust.trustor_user_id)s',
    scopes: ['project'],
    description: 'Create trust.',
  },
  {
    name: 'identity:list_trusts',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List trusts.',
  },
  {
    name: 'identity:list_trusts_for_trustor',
    check: '(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s)',
    scopes: ['system', 'project'],
    description: 'List trusts for trustor.',
  },
  {
    name: 'identity:list_trusts_for_trustee',
    check: '(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustee_user_id)s)',
    scopes: ['system', 'project'],
    description: 'List trusts for trustee.',
  },
  {
    name: 'identity:list_roles_for_trust',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s)',
    scopes: ['system', 'project'],
    description: 'List roles for trust.',
  },
  {
    name: 'identity:get_role_for_trust',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s)',
    scopes: ['system', 'project'],
    description: 'Show role for trust.',
  },
  {
    name: 'identity:delete_trust',
    check: 'rule:admin_required or user_id:%(target.trust.trustor_user_id)s',
    scopes: ['system', 'project'],
    description: 'Delete trust.',
  },
  {
    name: 'identity:get_trust',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s)',
    scopes: ['system', 'project'],
    description: 'Show trust.',
  },
]
