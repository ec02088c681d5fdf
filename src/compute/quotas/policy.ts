import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule, anyoneRule, readerRule } from '../policy.ts'

/** Source: nova/policies/quota_sets.py, quota_class_sets.py, limits.py. */
export const quotaRules: readonly RuleDefault[] = [
  adminRule('os_compute_api:os-quota-sets:update', "Change a project's quotas."),
  anyoneRule('os_compute_api:os-quota-sets:defaults', 'Show the default quotas.'),
  readerRule('os_compute_api:os-quota-sets:show', "Show a project's quotas."),
  adminRule('os_compute_api:os-quota-sets:delete', "Set a project's quotas back to the defaults."),
  readerRule('os_compute_api:os-quota-sets:detail', "Show a project's quotas and what is used."),
  adminRule('os_compute_api:os-quota-class-sets:show', 'Show the quotas of a class.'),
  adminRule('os_compute_api:os-quota-class-sets:update', 'Change the quotas of a class.'),
  anyoneRule('os_compute_api:limits', 'Show limits.'),
  adminRule('os_compute_api:limits:other_project', "Show another project's limits."),
]
