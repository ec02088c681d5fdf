import { adminOrService } from '../policy.ts'

/** Source: placement/policies/allocation.py. */
export const allocationRules = [
  adminOrService('allocations:manage', 'Set the allocations of several consumers at once.'),
  adminOrService('allocations:list', 'List the allocations of a consumer.'),
  adminOrService('allocations:update', 'Set the allocations of a consumer.'),
  adminOrService('allocations:delete', 'Delete the allocations of a consumer.'),
  adminOrService('resource_providers:allocations:list', 'List the allocations against a resource provider.'),
]
