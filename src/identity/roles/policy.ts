import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/role.py. */
export const roleRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_implied_role',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show implied role.',
  },
  {
    name: 'identity:list_implied_roles',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List implied roles.',
  },
  {
    name: 'identity:create_implied_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create implied role.',
  },
  {
    name: 'identity:delete_implied_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete implied role.',
  },
  {
    name: 'identity:list_role_inference_rules',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List role inference rules.',
  },
  {
    name: 'identity:check_implied_role',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Check implied role.',
  },
  {
    name: 'identity:get_role',
    check:
      '(rule:admin_required or (role:reader and system_scope:all)) or (role:manager and rule:domain_managed_target_role)',
    scopes: ['system', 'domain', 'project'],
    description: 'Show role.',
  },
  {
    name: 'identity:list_roles',
    check: '(rule:admin_required or (role:reader and system_scope:all)) or (role:manager and not domain_id:None)',
    scopes: ['system', 'domain', 'project'],
    description: 'List roles.',
  },
  {
    name: 'identity:create_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create role.',
  },
  {
    name: 'identity:update_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update role.',
  },
  {
    name: 'identity:delete_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete role.',
  },
  {
    name: 'identity:get_domain_role',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show domain role.',
  },
  {
    name: 'identity:list_domain_roles',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List domain roles.',
  },
  {
    name: 'identity:create_domain_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create domain role.',
  },
  {
    name: 'identity:update_domain_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update domain role.',
  },
  {
    name: 'identity:delete_domain_role',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete domain role.',
  },
]
