import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule } from '../policy.ts'

/** Source: nova/policies/aggregates.py. */
export const aggregateRules: readonly RuleDefault[] = [
  adminRule('os_compute_api:os-aggregates:index', 'List host aggregates.'),
  adminRule('os_compute_api:os-aggregates:create', 'Create a host aggregate.'),
  adminRule('os_compute_api:os-aggregates:show', 'Show a host aggregate.'),
  adminRule('os_compute_api:os-aggregates:update', 'Change the name or the zone of a host aggregate.'),
  adminRule('os_compute_api:os-aggregates:delete', 'Delete a host aggregate.'),
  adminRule('os_compute_api:os-aggregates:add_host', 'Add a host to an aggregate.'),
  adminRule('os_compute_api:os-aggregates:remove_host', 'Take a host from an aggregate.'),
  adminRule('os_compute_api:os-aggregates:set_metadata', 'Change the metadata of an aggregate.'),
]
