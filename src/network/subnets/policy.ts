import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/subnet.py. */
export const subnetRules: readonly RuleDefault[] = [
  {
    name: 'external_network',
    check: 'field:subnets:router:external=True',
    description: 'A subnet of an external network.',
  },
  {
    name: 'create_subnet',
    check: '(rule:admin_only) or (role:member and rule:network_owner)',
    scopes: ['project'],
    description: 'Create a subnet.',
  },
  {
    name: 'create_subnet:tags',
    check: 'role:member and project_id:%(project_id)s or (rule:admin_only) or (role:member and rule:network_owner)',
    scopes: ['project'],
    description: 'Create `tags` of a subnet.',
  },
  {
    name: 'get_subnet',
    check:
      'role:reader and project_id:%(project_id)s or rule:shared or rule:external_network or (rule:admin_only) or (role:reader and rule:network_owner) or rule:service_api',
    scopes: ['project'],
    description: 'Show a subnet.',
  },
  {
    name: 'get_subnet:tags',
    check:
      'role:reader and project_id:%(project_id)s or rule:shared or rule:external_network or (rule:admin_only) or (role:reader and rule:network_owner)',
    scopes: ['project'],
    description: 'Show `tags` of a subnet.',
  },
  {
    name: 'update_subnet',
    check: 'role:member and project_id:%(project_id)s or (rule:admin_only) or (role:member and rule:network_owner)',
    scopes: ['project'],
    description: 'Change a subnet.',
  },
  {
    name: 'update_subnet:tags',
    check: 'role:member and project_id:%(project_id)s or (rule:admin_only) or (role:member and rule:network_owner)',
    scopes: ['project'],
    description: 'Change `tags` of a subnet.',
  },
  {
    name: 'delete_subnet',
    check: 'role:member and project_id:%(project_id)s or (rule:admin_only) or (role:member and rule:network_owner)',
    scopes: ['project'],
    description: 'Delete a subnet.',
  },
  {
    name: 'delete_subnet:tags',
    check: 'role:member and project_id:%(project_id)s or (rule:admin_only) or (role:member and rule:network_owner)',
    scopes: ['project'],
    description: 'Delete `tags` of a subnet.',
  },
]
