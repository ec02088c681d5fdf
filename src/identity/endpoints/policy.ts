import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/endpoint.py. */
export const endpointRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_endpoint',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show endpoint.',
  },
  {
    name: 'identity:list_endpoints',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List endpoints.',
  },
  {
    name: 'identity:create_endpoint',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create endpoint.',
  },
  {
    name: 'identity:update_endpoint',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update endpoint.',
  },
  {
    name: 'identity:delete_endpoint',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete endpoint.',
  },
]
