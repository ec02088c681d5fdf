import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/group.py. */
export const groupRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_group',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Show group.',
  },
  {
    name: 'identity:list_groups',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'List groups.',
  },
  {
    name: 'identity:list_groups_for_user',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.user.domain_id)s) or user_id:%(user_id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'List groups for user.',
  },
  {
    name: 'identity:create_group',
    check: '(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Create group.',
  },
  {
    name: 'identity:update_group',
    check: '(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Update group.',
  },
  {
    name: 'identity:delete_group',
    check: '(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Delete group.',
  },
  {
    name: 'identity:list_users_in_group',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'List users in group.',
  },
  {
    name: 'identity:remove_user_from_group',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Remove user from group.',
  },
  {
    name: 'identity:check_user_in_group',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Check user in group.',
  },
  {
    name: 'identity:add_user_to_group',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Add user to group.',
  },
]
