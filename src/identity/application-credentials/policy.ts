import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/application_credential.py. */
export const applicationCredentialRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_access_rule',
    check: '(role:reader and system_scope:all) or user_id:%(target.user.id)s',
    scopes: ['system', 'project'],
    description: 'Show access rule.',
  },
  {
    name: 'identity:list_access_rules',
    check: '(role:reader and system_scope:all) or user_id:%(target.user.id)s',
    scopes: ['system', 'project'],
    description: 'List access rules.',
  },
  {
    name: 'identity:delete_access_rule',
    check: '(role:admin and system_scope:all) or user_id:%(target.user.id)s',
    scopes: ['system', 'project'],
    description: 'Delete access rule.',
  },
  {
    name: 'identity:get_application_credential',
    check: '(rule:admin_required) or (role:reader and system_scope:all) or rule:owner',
    scopes: ['system', 'project'],
    description: 'Show application credential.',
  },
  {
    name: 'identity:list_application_credentials',
    check: '(rule:admin_required) or (role:reader and system_scope:all) or rule:owner',
    scopes: ['system', 'project'],
    description: 'List application credentials.',
  },
  {
    name: 'identity:create_application_credential',
    check: 'user_id:%(user_id)s',
    scopes: ['project'],
    description: 'Create application credential.',
  },
  {
    name: 'identity:delete_application_credential',
    check: 'rule:admin_or_owner',
    scopes: ['system', 'project'],
    description: 'Delete application credential.',
  },
]
