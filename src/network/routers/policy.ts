import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/router.py. */
export const routerRules: readonly RuleDefault[] = [
  {
    name: 'create_router',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create a router.',
  },
  {
    name: 'create_router:external_gateway_info',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `external_gateway_info` of a router.',
  },
  {
    name: 'create_router:external_gateway_info:network_id',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `external_gateway_info:network_id` of a router.',
  },
  {
    name: 'create_router:external_gateway_info:enable_snat',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `external_gateway_info:enable_snat` of a router.',
  },
  {
    name: 'create_router:external_gateway_info:external_fixed_ips',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `external_gateway_info:external_fixed_ips` of a router.',
  },
  {
    name: 'create_router:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `tags` of a router.',
  },
  {
    name: 'get_router',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Show a router.',
  },
  {
    name: 'get_router:tags',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Show `tags` of a router.',
  },
  {
    name: 'update_router',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change a router.',
  },
  {
    name: 'update_router:external_gateway_info',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `external_gateway_info` of a router.',
  },
  {
    name: 'update_router:external_gateway_info:network_id',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `external_gateway_info:network_id` of a router.',
  },
  {
    name: 'update_router:external_gateway_info:enable_snat',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `external_gateway_info:enable_snat` of a router.',
  },
  {
    name: 'update_router:external_gateway_info:external_fixed_ips',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `external_gateway_info:external_fixed_ips` of a router.',
  },
  {
    name: 'update_router:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `tags` of a router.',
  },
  {
    name: 'delete_router',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete a router.',
  },
  {
    name: 'delete_router:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete `tags` of a router.',
  },
  {
    name: 'add_router_interface',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Add a router interface.',
  },
  {
    name: 'remove_router_interface',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Remove a router interface.',
  },
  {
    name: 'add_extraroutes',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Add a extraroutes.',
  },
  {
    name: 'remove_extraroutes',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Remove a extraroutes.',
  },
]
