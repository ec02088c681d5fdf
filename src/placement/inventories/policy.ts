import { adminOrService } from '../policy.ts'

/** Source: placement/policies/inventory.py. */
export const inventoryRules = [
  adminOrService('resource_providers:inventories:list', 'List the inventories of a resource provider.'),
  adminOrService('resource_providers:inventories:create', 'Create one inventory of a resource provider.'),
  adminOrService('resource_providers:inventories:show', 'Show one inventory of a resource provider.'),
  adminOrService('resource_providers:inventories:update', 'Update inventories of a resource provider.'),
  adminOrService('resource_providers:inventories:delete', 'Delete inventories of a resource provider.'),
]
