import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/subnetpool.py. */
export const subnetPoolRules: readonly RuleDefault[] = [
  {
    name: 'shared_subnetpools',
    check: 'field:subnetpools:shared=True',
    description: 'A pool that every project may use.',
  },
  {
    name: 'create_subnetpool',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create a subnetpool.',
  },
  {
    name: 'create_subnetpool:shared',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `shared` of a subnetpool.',
  },
  {
    name: 'create_subnetpool:is_default',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Create `is_default` of a subnetpool.',
  },
  {
    name: 'create_subnetpool:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `tags` of a subnetpool.',
  },
  {
    name: 'get_subnetpool',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s) or rule:shared_subnetpools',
    scopes: ['project'],
    description: 'Show a subnetpool.',
  },
  {
    name: 'get_subnetpool:tags',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s) or rule:shared_subnetpools',
    scopes: ['project'],
    description: 'Show `tags` of a subnetpool.',
  },
  {
    name: 'update_subnetpool',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change a subnetpool.',
  },
  {
    name: 'update_subnetpool:is_default',
    check: 'rule:admin_only',
    scopes: ['project'],
    description: 'Change `is_default` of a subnetpool.',
  },
  {
    name: 'update_subnetpool:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `tags` of a subnetpool.',
  },
  {
    name: 'delete_subnetpool',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete a subnetpool.',
  },
  {
    name: 'delete_subnetpool:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete `tags` of a subnetpool.',
  },
]
