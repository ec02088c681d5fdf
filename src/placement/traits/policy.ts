import { adminOrService } from '../policy.ts'

/** Source: placement/policies/trait.py. */
export const traitRules = [
  adminOrService('traits:list', 'List traits.'),
  adminOrService('traits:show', 'Show a trait.'),
  adminOrService('traits:update', 'Create a trait.'),
  adminOrService('traits:delete', 'Delete a trait.'),
  adminOrService('resource_providers:traits:list', 'List the traits of a resource provider.'),
  adminOrService('resource_providers:traits:update', 'Set the traits of a resource provider.'),
  adminOrService('resource_providers:traits:delete', 'Remove all traits of a resource provider.'),
]
