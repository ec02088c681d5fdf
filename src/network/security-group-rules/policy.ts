import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/security_group.py. */
export const securityGroupRuleRules: readonly RuleDefault[] = [
  {
    name: 'sg_owner',
    check: 'project_id:%(security_group:project_id)s',
    description: 'The owner of the security group.',
  },
  {
    name: 'admin_or_sg_owner',
    check: 'rule:context_is_admin or project_id:%(security_group:project_id)s',
    description: 'An administrator or the owner of the security group.',
  },
  {
    name: 'admin_owner_or_sg_owner',
    check: 'rule:owner or rule:admin_or_sg_owner',
    description: 'An administrator, the owner, or the owner of the security group.',
  },
  {
    name: 'rule_default_sg',
    check: 'field:security_group_rules:belongs_to_default_sg=True',
    description: 'A rule of a default security group.',
  },
  {
    name: 'create_security_group_rule',
    check: '(rule:admin_only) or (role:member and rule:sg_owner)',
    scopes: ['project'],
    description: 'Create a security group rule.',
  },
  {
    name: 'get_security_group_rule',
    check: '(rule:admin_only) or (role:reader and rule:sg_owner)',
    scopes: ['project'],
    description: 'Show a security group rule.',
  },
  {
    name: 'delete_security_group_rule',
    check: '(rule:admin_only) or (role:member and rule:sg_owner)',
    scopes: ['project'],
    description: 'Delete a security group rule.',
  },
]
