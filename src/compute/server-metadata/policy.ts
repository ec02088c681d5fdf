import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { memberRule, readerRule } from '../policy.ts'

/** Source: nova/policies/server_metadata.py. */
export const serverMetadataRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:server-metadata:index', "List a server's metadata."),
  readerRule('os_compute_api:server-metadata:show', "Show an item of a server's metadata."),
  memberRule('os_compute_api:server-metadata:create', "Add to a server's metadata."),
  memberRule('os_compute_api:server-metadata:update_all', "Replace a server's metadata."),
  memberRule('os_compute_api:server-metadata:update', "Change an item of a server's metadata."),
  memberRule('os_compute_api:server-metadata:delete', "Delete an item of a server's metadata."),
]
