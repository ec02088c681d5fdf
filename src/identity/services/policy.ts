import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/service.py. */
export const serviceRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_service',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show service.',
  },
  {
    name: 'identity:list_services',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List services.',
  },
  {
    name: 'identity:create_service',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create service.',
  },
  {
    name: 'identity:update_service',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update service.',
  },
  {
    name: 'identity:delete_service',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete service.',
  },
]
