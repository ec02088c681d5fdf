import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/user.py. */
export const userRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_user',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and token.domain.id:%(target.user.domain_id)s) or user_id:%(target.user.id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Show user.',
  },
  {
    name: 'identity:list_users',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'List users.',
  },
  { name: 'identity:list_projects_for_user', check: '', description: 'List projects for user.' },
  { name: 'identity:list_domains_for_user', check: '', description: 'List domains for user.' },
  {
    name: 'identity:create_user',
    check: '(rule:admin_required) or (role:manager and token.domain.id:%(target.user.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Create user.',
  },
  {
    name: 'identity:update_user',
    check: '(rule:admin_required) or (role:manager and token.domain.id:%(target.user.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Update user.',
  },
  {
    name: 'identity:delete_user',
    check: '(rule:admin_required) or (role:manager and token.domain.id:%(target.user.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Delete user.',
  },
]
