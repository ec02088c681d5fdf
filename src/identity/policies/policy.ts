import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/policy.py. */
export const policyRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_policy',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show policy.',
  },
  {
    name: 'identity:list_policies',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List policies.',
  },
  {
    name: 'identity:create_policy',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create policy.',
  },
  {
    name: 'identity:update_policy',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update policy.',
  },
  {
    name: 'identity:delete_policy',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete policy.',
  },
  {
    name: 'identity:create_policy_association_for_endpoint',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create policy association for endpoint.',
  },
  {
    name: 'identity:check_policy_association_for_endpoint',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Check policy association for endpoint.',
  },
  {
    name: 'identity:delete_policy_association_for_endpoint',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete policy association for endpoint.',
  },
  {
    name: 'identity:create_policy_association_for_service',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create policy association for service.',
  },
  {
    name: 'identity:check_policy_association_for_service',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Check policy association for service.',
  },
  {
    name: 'identity:delete_policy_association_for_service',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete policy association for service.',
  },
  {
    name: 'identity:create_policy_association_for_region_and_service',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create policy association for region and service.',
  },
  {
    name: 'identity:check_policy_association_for_region_and_service',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Check policy association for region and service.',
  },
  {
    name: 'identity:delete_policy_association_for_region_and_service',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete policy association for region and service.',
  },
  {
    name: 'identity:get_policy_for_endpoint',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show policy for endpoint.',
  },
  {
    name: 'identity:list_endpoints_for_policy',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List endpoints for policy.',
  },
]
