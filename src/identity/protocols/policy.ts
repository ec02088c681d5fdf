import type { RuleDefault } from '#platform/policy/enforcer.ts'

const scopes = ['system', 'project'] as const
const readers = 'rule:admin_required or (role:reader and system_scope:all)'

/** Source: keystone/common/policies/protocol.py. */
export const protocolRules: readonly RuleDefault[] = [
  { name: 'identity:create_protocol', check: 'rule:admin_required', scopes, description: 'Create federated protocol.' },
  { name: 'identity:list_protocols', check: readers, scopes, description: 'List federated protocols.' },
  { name: 'identity:get_protocol', check: readers, scopes, description: 'Show federated protocol.' },
  { name: 'identity:update_protocol', check: 'rule:admin_required', scopes, description: 'Update federated protocol.' },
  { name: 'identity:delete_protocol', check: 'rule:admin_required', scopes, description: 'Delete federated protocol.' },
]
