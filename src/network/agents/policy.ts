import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/agent.py. */
export const agentRules: readonly RuleDefault[] = [
  { name: 'create_agent', check: 'rule:admin_only', scopes: ['project'], description: 'Create a agent.' },
  { name: 'get_agent', check: 'rule:admin_only', scopes: ['project'], description: 'Show a agent.' },
  { name: 'update_agent', check: 'rule:admin_only', scopes: ['project'], description: 'Change a agent.' },
  { name: 'delete_agent', check: 'rule:admin_only', scopes: ['project'], description: 'Delete a agent.' },
]
