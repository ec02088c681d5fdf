import type { RuleDefault } from '#platform/policy/enforcer.ts'

const own = (verb: string, description: string): RuleDefault => ({
  name: `os_compute_api:os-keypairs:${verb}`,
  check: '(rule:context_is_admin) or user_id:%(user_id)s',
  scopes: ['project'],
  description,
})

/** Source: nova/policies/keypairs.py. */
export const keypairRules: readonly RuleDefault[] = [
  own('index', 'List keys.'),
  own('create', 'Create or import a key.'),
  own('delete', 'Delete a key.'),
  own('show', 'Show a key.'),
]
