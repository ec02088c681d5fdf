import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/grant.py. */
export const assignmentRules: readonly RuleDefault[] = [
  {
    name: 'identity:check_grant',
    check:
      '(rule:admin_required) or ((role:reader and system_scope:all) or ((role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s))',
    scopes: ['system', 'domain', 'project'],
    description: 'Check grant.',
  },
  {
    name: 'identity:list_grants',
    check:
      '(rule:admin_required) or ((role:reader and system_scope:all) or (role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s))',
    scopes: ['system', 'domain', 'project'],
    description: 'List grants.',
  },
  {
    name: 'identity:create_grant',
    check:
      '(rule:admin_required) or ((role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s) or ((role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and rule:domain_managed_target_role',
    scopes: ['system', 'domain', 'project'],
    description: 'Create grant.',
  },
  {
    name: 'identity:revoke_grant',
    check:
      '(rule:admin_required) or ((role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s) or ((role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and rule:domain_managed_target_role',
    scopes: ['system', 'domain', 'project'],
    description: 'Revoke grant.',
  },
  {
    name: 'identity:list_system_grants_for_user',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List system grants for user.',
  },
  {
    name: 'identity:check_system_grant_for_user',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Check system grant for user.',
  },
  {
    name: 'identity:create_system_grant_for_user',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create system grant for user.',
  },
  {
    name: 'identity:revoke_system_grant_for_user',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Revoke system grant for user.',
  },
  {
    name: 'identity:list_system_grants_for_group',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List system grants for group.',
  },
  {
    name: 'identity:check_system_grant_for_group',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Check system grant for group.',
  },
  {
    name: 'identity:create_system_grant_for_group',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create system grant for group.',
  },
  {
    name: 'identity:revoke_system_grant_for_group',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Revoke system grant for group.',
  },
  {
    name: 'identity:list_role_assignments',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'List role assignments.',
  },
  {
    name: 'identity:list_role_assignments_for_tree',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'List role assignments for tree.',
  },
  {
    name: 'domain_managed_target_role',
    check: "'manager':%(target.role.name)s or 'member':%(target.role.name)s or 'reader':%(target.role.name)s",
    description: 'Domain managed target role.',
  },
]
