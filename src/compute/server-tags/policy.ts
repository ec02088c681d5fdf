import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { memberRule, readerRule } from '../policy.ts'

/** Source: nova/policies/server_tags.py. */
export const serverTagRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:os-server-tags:index', "List a server's tags."),
  readerRule('os_compute_api:os-server-tags:show', 'Check whether a server has a tag.'),
  memberRule('os_compute_api:os-server-tags:update', 'Add a tag to a server.'),
  memberRule('os_compute_api:os-server-tags:update_all', "Replace a server's tags."),
  memberRule('os_compute_api:os-server-tags:delete', 'Take a tag from a server.'),
  memberRule('os_compute_api:os-server-tags:delete_all', 'Take all tags from a server.'),
]
