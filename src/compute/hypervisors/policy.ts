import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule } from '../policy.ts'

/** Source: nova/policies/hypervisors.py. */
export const hypervisorRules: readonly RuleDefault[] = [
  adminRule('os_compute_api:os-hypervisors:list', 'List hypervisors.'),
  adminRule('os_compute_api:os-hypervisors:list-detail', 'List hypervisors with details.'),
  adminRule('os_compute_api:os-hypervisors:statistics', 'Sum up all hypervisors.'),
  adminRule('os_compute_api:os-hypervisors:show', 'Show a hypervisor.'),
  adminRule('os_compute_api:os-hypervisors:uptime', 'Show the uptime of a hypervisor.'),
  adminRule('os_compute_api:os-hypervisors:search', 'Search hypervisors by name.'),
  adminRule('os_compute_api:os-hypervisors:servers', 'List the servers of hypervisors by name.'),
]
