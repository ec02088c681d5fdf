import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule, readerRule } from '../policy.ts'

/** Source: nova/policies/simple_tenant_usage.py. */
export const usageRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:os-simple-tenant-usage:show', 'Show what servers of a project used in a period.'),
  adminRule('os_compute_api:os-simple-tenant-usage:list', 'Show what servers of all projects used in a period.'),
]
