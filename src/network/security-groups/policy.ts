import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/security_group.py. */
export const securityGroupRules: readonly RuleDefault[] = [
  {
    name: 'shared_security_group',
    check: 'field:security_groups:shared=True',
    description: 'A security group that the project may use.',
  },
  {
    name: 'create_security_group',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create a security group.',
  },
  {
    name: 'create_security_group:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Create `tags` of a security group.',
  },
  {
    name: 'get_security_group',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s) or rule:shared_security_group',
    scopes: ['project'],
    description: 'Show a security group.',
  },
  {
    name: 'get_security_group:tags',
    check: '(rule:admin_only) or (role:reader and project_id:%(project_id)s) or rule:shared_security_group',
    scopes: ['project'],
    description: 'Show `tags` of a security group.',
  },
  {
    name: 'update_security_group',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change a security group.',
  },
  {
    name: 'update_security_group:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Change `tags` of a security group.',
  },
  {
    name: 'delete_security_group',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete a security group.',
  },
  {
    name: 'delete_security_group:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s)',
    scopes: ['project'],
    description: 'Delete `tags` of a security group.',
  },
]
