import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/network.py. */
export const networkRules: readonly RuleDefault[] = [
  {
    name: 'create_network',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create a network.',
  },
  {
    name: 'create_network:shared',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `shared` of a network.',
  },
  {
    name: 'create_network:router:external',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `router:external` of a network.',
  },
  {
    name: 'create_network:port_security_enabled',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `port_security_enabled` of a network.',
  },
  {
    name: 'create_network:provider:network_type',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `provider:network_type` of a network.',
  },
  {
    name: 'create_network:provider:physical_network',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `provider:physical_network` of a network.',
  },
  {
    name: 'create_network:provider:segmentation_id',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `provider:segmentation_id` of a network.',
  },
  {
    name: 'create_network:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `tags` of a network.',
  },
  {
    name: 'get_network',
    check:
      '(rule:admin_only) or (role:reader and project_id:%(project_id)s) or rule:service_api or rule:shared or rule:external or rule:context_is_advsvc',
    scopes: ['project'],
    description: 'Show a network.',
  },
  {
    name: 'get_network:provider:network_type',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Show `provider:network_type` of a network.',
  },
  {
    name: 'get_network:provider:physical_network',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Show `provider:physical_network` of a network.',
  },
  {
    name: 'get_network:provider:segmentation_id',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Show `provider:segmentation_id` of a network.',
  },
  {
    name: 'get_network:tags',
    check:
      '(rule:admin_only) or (role:reader and project_id:%(project_id)s) or rule:shared or rule:external or rule:context_is_advsvc',
    scopes: ['project'],
    description: 'Show `tags` of a network.',
  },
  {
    name: 'update_network',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change a network.',
  },
  {
    name: 'update_network:shared',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `shared` of a network.',
  },
  {
    name: 'update_network:provider:network_type',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `provider:network_type` of a network.',
  },
  {
    name: 'update_network:provider:physical_network',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `provider:physical_network` of a network.',
  },
  {
    name: 'update_network:provider:segmentation_id',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `provider:segmentation_id` of a network.',
  },
  {
    name: 'update_network:router:external',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `router:external` of a network.',
  },
  {
    name: 'update_network:port_security_enabled',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `port_security_enabled` of a network.',
  },
  {
    name: 'update_network:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `tags` of a network.',
  },
  {
    name: 'delete_network',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete a network.',
  },
  {
    name: 'delete_network:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete `tags` of a network.',
  },
]
