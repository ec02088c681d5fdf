import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule } from '../policy.ts'

/** Source: nova/policies/hosts.py. */
export const hostRules: readonly RuleDefault[] = [
  adminRule('os_compute_api:os-hosts:list', 'List the hosts of services.'),
  adminRule('os_compute_api:os-hosts:show', 'Show what a compute host has, and who takes how much of it.'),
]
