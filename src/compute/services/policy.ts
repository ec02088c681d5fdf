import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule } from '../policy.ts'

/** Source: nova/policies/services.py. */
export const serviceRules: readonly RuleDefault[] = [
  adminRule('os_compute_api:os-services:list', 'List compute services.'),
  adminRule('os_compute_api:os-services:update', 'Enable, disable or force down a compute service.'),
  adminRule('os_compute_api:os-services:delete', 'Delete a compute service.'),
]
