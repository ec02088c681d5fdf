import type { RuleDefault } from '#platform/policy/enforcer.ts'

const scopes = ['system', 'project'] as const
const readers = 'rule:admin_required or (role:reader and system_scope:all)'

/** Source: keystone/common/policies/mapping.py. */
export const mappingRules: readonly RuleDefault[] = [
  { name: 'identity:create_mapping', check: 'rule:admin_required', scopes, description: 'Create federated mapping.' },
  { name: 'identity:list_mappings', check: readers, scopes, description: 'List federated mappings.' },
  { name: 'identity:get_mapping', check: readers, scopes, description: 'Show federated mapping.' },
  { name: 'identity:update_mapping', check: 'rule:admin_required', scopes, description: 'Update federated mapping.' },
  { name: 'identity:delete_mapping', check: 'rule:admin_required', scopes, description: 'Delete federated mapping.' },
]
