import { adminOrService } from '../policy.ts'

/** Source: placement/policies/aggregate.py. */
export const aggregateRules = [
  adminOrService('resource_providers:aggregates:list', 'List the aggregates of a resource provider.'),
  adminOrService('resource_providers:aggregates:update', 'Set the aggregates of a resource provider.'),
]
