import type { RuleDefault } from '#platform/policy/enforcer.ts'

const scopes = ['system', 'project'] as const
const readers = 'rule:admin_required or (role:reader and system_scope:all)'

/** Source: keystone/common/policies/service_provider.py. */
export const serviceProviderRules: readonly RuleDefault[] = [
  {
    name: 'identity:create_service_provider',
    check: 'rule:admin_required',
    scopes,
    description: 'Create federated service provider.',
  },
  { name: 'identity:list_service_providers', check: readers, scopes, description: 'List federated service providers.' },
  { name: 'identity:get_service_provider', check: readers, scopes, description: 'Show federated service provider.' },
  {
    name: 'identity:update_service_provider',
    check: 'rule:admin_required',
    scopes,
    description: 'Update federated service provider.',
  },
  {
    name: 'identity:delete_service_provider',
    check: 'rule:admin_required',
    scopes,
    description: 'Delete federated service provider.',
  },
]
