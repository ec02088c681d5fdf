import type { RuleDefault } from '#platform/policy/enforcer.ts'

const everyScope = ['system', 'domain', 'project'] as const
const adminScopes = ['system', 'project'] as const

/** Source: keystone/common/policies/region.py. */
export const regionRules: readonly RuleDefault[] = [
  { name: 'identity:get_region', check: '', scopes: everyScope, description: 'Show a region.' },
  { name: 'identity:list_regions', check: '', scopes: everyScope, description: 'List regions.' },
  {
    name: 'identity:create_region',
    check: 'rule:admin_required',
    scopes: adminScopes,
    description: 'Create a region.',
  },
  {
    name: 'identity:update_region',
    check: 'rule:admin_required',
    scopes: adminScopes,
    description: 'Update a region.',
  },
  {
    name: 'identity:delete_region',
    check: 'rule:admin_required',
    scopes: adminScopes,
    description: 'Delete a region.',
  },
]
