import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Rules that the rules of the resources refer to. Source: keystone/common/policies/base.py. */
export const baseRules: readonly RuleDefault[] = [
  { name: 'admin_required', check: 'role:admin or is_admin:1', description: 'An administrator.' },
  { name: 'service_role', check: 'role:service', description: 'A service of the cloud.' },
  {
    name: 'service_or_admin',
    check: 'rule:admin_required or rule:service_role',
    description: 'A service or an administrator.',
  },
  { name: 'owner', check: 'user_id:%(user_id)s', description: 'The user the request is about.' },
  {
    name: 'admin_or_owner',
    check: 'rule:admin_required or rule:owner',
    description: 'An administrator or the user itself.',
  },
  {
    name: 'token_subject',
    check: 'user_id:%(target.token.user_id)s',
    description: 'The user of the token the request is about.',
  },
  {
    name: 'admin_or_token_subject',
    check: 'rule:admin_required or rule:token_subject',
    description: "An administrator or the token's user.",
  },
  {
    name: 'service_admin_or_token_subject',
    check: 'rule:service_or_admin or rule:token_subject',
    description: "A service, an administrator or the token's user.",
  },
]
