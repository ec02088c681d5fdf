import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/endpoint_group.py. */
export const endpointGroupRules: readonly RuleDefault[] = [
  {
    name: 'identity:create_endpoint_group',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create endpoint group.',
  },
  {
    name: 'identity:list_endpoint_groups',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List endpoint groups.',
  },
  {
    name: 'identity:get_endpoint_group',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show endpoint group.',
  },
  {
    name: 'identity:update_endpoint_group',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update endpoint group.',
  },
  {
    name: 'identity:delete_endpoint_group',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete endpoint group.',
  },
  {
    name: 'identity:list_projects_associated_with_endpoint_group',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List projects associated with endpoint group.',
  },
  {
    name: 'identity:list_endpoints_associated_with_endpoint_group',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List endpoints associated with endpoint group.',
  },
  {
    name: 'identity:get_endpoint_group_in_project',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show endpoint group in project.',
  },
  {
    name: 'identity:list_endpoint_groups_for_project',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List endpoint groups for project.',
  },
  {
    name: 'identity:add_endpoint_group_to_project',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Add endpoint group to project.',
  },
  {
    name: 'identity:remove_endpoint_group_from_project',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Remove endpoint group from project.',
  },
  {
    name: 'identity:list_projects_for_endpoint',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List projects for endpoint.',
  },
  {
    name: 'identity:add_endpoint_to_project',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Add endpoint to project.',
  },
  {
    name: 'identity:check_endpoint_in_project',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Check endpoint in project.',
  },
  {
    name: 'identity:list_endpoints_for_project',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List endpoints for project.',
  },
  {
    name: 'identity:remove_endpoint_from_project',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Remove endpoint from project.',
  },
]
