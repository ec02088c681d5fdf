import type { RuleDefault } from '#platform/policy/enforcer.ts'

const scopes = ['system', 'project'] as const
const readers = 'rule:admin_required or (role:reader and system_scope:all)'

/** Source: keystone/common/policies/identity_provider.py. */
export const identityProviderRules: readonly RuleDefault[] = [
  {
    name: 'identity:create_identity_provider',
    check: 'rule:admin_required',
    scopes,
    description: 'Create identity provider.',
  },
  { name: 'identity:list_identity_providers', check: readers, scopes, description: 'List identity providers.' },
  { name: 'identity:get_identity_provider', check: readers, scopes, description: 'Show identity provider.' },
  {
    name: 'identity:update_identity_provider',
    check: 'rule:admin_required',
    scopes,
    description: 'Update identity provider.',
  },
  {
    name: 'identity:delete_identity_provider',
    check: 'rule:admin_required',
    scopes,
    description: 'Delete identity provider.',
  },
]
