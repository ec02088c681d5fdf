import { adminOrService } from '../policy.ts'

/** Source: placement/policies/resource_class.py. */
export const resourceClassRules = [
  adminOrService('resource_classes:list', 'List resource classes.'),
  adminOrService('resource_classes:create', 'Create a resource class.'),
  adminOrService('resource_classes:show', 'Show a resource class.'),
  adminOrService('resource_classes:update', 'Update a resource class.'),
  adminOrService('resource_classes:delete', 'Delete a resource class.'),
]
