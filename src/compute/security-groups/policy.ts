import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { memberRule, readerRule } from '../policy.ts'

/** Source: nova/policies/security_groups.py. */
export const securityGroupRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:os-security-groups:get', 'List security groups.'),
  readerRule('os_compute_api:os-security-groups:show', 'Show a security group.'),
  memberRule('os_compute_api:os-security-groups:create', 'Create a security group.'),
  memberRule('os_compute_api:os-security-groups:update', 'Update a security group.'),
  memberRule('os_compute_api:os-security-groups:delete', 'Delete a security group.'),
  memberRule('os_compute_api:os-security-groups:rule:create', 'Create a rule of a security group.'),
  memberRule('os_compute_api:os-security-groups:rule:delete', 'Delete a rule of a security group.'),
  readerRule('os_compute_api:os-security-groups:list', "List a server's security groups."),
  memberRule('os_compute_api:os-security-groups:add', 'Add a security group to a server.'),
  memberRule('os_compute_api:os-security-groups:remove', 'Take a security group from a server.'),
]
