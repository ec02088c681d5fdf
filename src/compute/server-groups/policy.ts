import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule, memberRule, readerRule } from '../policy.ts'

/** Source: nova/policies/server_groups.py. */
export const serverGroupRules: readonly RuleDefault[] = [
  memberRule('os_compute_api:os-server-groups:create', 'Create a server group.'),
  memberRule('os_compute_api:os-server-groups:delete', 'Delete a server group.'),
  readerRule('os_compute_api:os-server-groups:index', "List a project's server groups."),
  adminRule('os_compute_api:os-server-groups:index:all_projects', 'List the server groups of all projects.'),
  readerRule('os_compute_api:os-server-groups:show', 'Show a server group.'),
]
