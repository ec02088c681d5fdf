import { adminOrService } from '../policy.ts'

/** Source: placement/policies/resource_provider.py. */
export const providerRules = [
  adminOrService('resource_providers:list', 'List resource providers.'),
  adminOrService('resource_providers:create', 'Create a resource provider.'),
  adminOrService('resource_providers:show', 'Show a resource provider.'),
  adminOrService('resource_providers:update', 'Update a resource provider.'),
  adminOrService('resource_providers:delete', 'Delete a resource provider.'),
]
