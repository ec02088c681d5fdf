import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule, anyoneRule } from '../policy.ts'

/** Source: nova/policies/availability_zone.py. */
export const zoneRules: readonly RuleDefault[] = [
  anyoneRule('os_compute_api:os-availability-zone:list', 'List availability zones.'),
  adminRule('os_compute_api:os-availability-zone:detail', 'List availability zones with their hosts.'),
]
