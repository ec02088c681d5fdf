import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/floatingip.py. */
export const floatingIpRules: readonly RuleDefault[] = [
  {
    name: 'create_floatingip',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create a floatingip.',
  },
  {
    name: 'create_floatingip:floating_ip_address',
    check: '(rule:admin_only) or (role:manager and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `floating_ip_address` of a floatingip.',
  },
  {
    name: 'create_floatingip:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `tags` of a floatingip.',
  },
  {
    name: 'get_floatingip',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Show a floatingip.',
  },
  {
    name: 'get_floatingip:tags',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Show `tags` of a floatingip.',
  },
  {
    name: 'update_floatingip',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change a floatingip.',
  },
  {
    name: 'update_floatingip:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `tags` of a floatingip.',
  },
  {
    name: 'delete_floatingip',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete a floatingip.',
  },
  {
    name: 'delete_floatingip:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete `tags` of a floatingip.',
  },
]
