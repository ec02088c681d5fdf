import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/credential.py. */
export const credentialRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_credential',
    check: '(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Show credential.',
  },
  {
    name: 'identity:list_credentials',
    check: '(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'List credentials.',
  },
  {
    name: 'identity:create_credential',
    check: '(rule:admin_required) or user_id:%(target.credential.user_id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Create credential.',
  },
  {
    name: 'identity:update_credential',
    check: '(rule:admin_required) or user_id:%(target.credential.user_id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Update credential.',
  },
  {
    name: 'identity:delete_credential',
    check: '(rule:admin_required) or user_id:%(target.credential.user_id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Delete credential.',
  },
]
