import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminOrService } from '../policy.ts'

/** Source: placement/policies/usage.py. */
export const usageRules: readonly RuleDefault[] = [
  adminOrService('resource_providers:usages', 'Show what is used of a resource provider.'),
  {
    name: 'placement:usages',
    check: 'rule:admin_or_project_reader_or_service_api',
    scopes: ['project'],
    description: 'Show what a project uses.',
  },
]
