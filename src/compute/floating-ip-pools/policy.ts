import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { anyoneRule } from '../policy.ts'

/** Source: nova/policies/floating_ip_pools.py. */
export const floatingIpPoolRules: readonly RuleDefault[] = [
  anyoneRule('os_compute_api:os-floating-ip-pools', 'List the networks that floating IPs come from.'),
]
