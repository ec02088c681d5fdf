import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { readerRule } from '../policy.ts'

/** Source: nova/policies/ips.py. */
export const serverIpRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:ips:index', "List a server's addresses."),
  readerRule('os_compute_api:ips:show', "Show a server's addresses on one network."),
]
