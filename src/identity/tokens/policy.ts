import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/token.py. */
export const tokenRules: readonly RuleDefault[] = [
  {
    name: 'identity:check_token',
    check: 'rule:admin_required or (role:reader and system_scope:all) or rule:token_subject',
    scopes: ['system', 'domain', 'project'],
    description: 'Check token.',
  },
  {
    name: 'identity:validate_token',
    check: 'rule:admin_required or (role:reader and system_scope:all) or rule:service_role or rule:token_subject',
    scopes: ['system', 'domain', 'project'],
    description: 'Validate token.',
  },
  {
    name: 'identity:revoke_token',
    check: 'rule:admin_required or rule:token_subject',
    scopes: ['system', 'domain', 'project'],
    description: 'Revoke token.',
  },
  {
    name: 'identity:revocation_list',
    check: 'rule:service_or_admin',
    scopes: ['system', 'project'],
    description: 'Revocation list.',
  },
]
