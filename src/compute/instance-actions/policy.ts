import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule, readerRule } from '../policy.ts'

/** Source: nova/policies/instance_actions.py. */
export const instanceActionRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:os-instance-actions:list', 'List what was done to a server.'),
  readerRule('os_compute_api:os-instance-actions:show', 'Show what was done to a server.'),
  adminRule('os_compute_api:os-instance-actions:events', 'Show the traceback of an event.'),
  adminRule('os_compute_api:os-instance-actions:events:details', 'Show the details of an event.'),
]
