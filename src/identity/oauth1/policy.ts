import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/consumer.py. */
export const oauth1Rules: readonly RuleDefault[] = [
  {
    name: 'identity:authorize_request_token',
    check: 'rule:admin_required',
    scopes: ['project'],
    description: 'Authorize request token.',
  },
  {
    name: 'identity:get_access_token',
    check: 'rule:admin_required',
    scopes: ['project'],
    description: 'Show access token.',
  },
  {
    name: 'identity:get_access_token_role',
    check: 'rule:admin_required',
    scopes: ['project'],
    description: 'Show access token role.',
  },
  {
    name: 'identity:list_access_tokens',
    check: 'rule:admin_required',
    scopes: ['project'],
    description: 'List access tokens.',
  },
  {
    name: 'identity:list_access_token_roles',
    check: 'rule:admin_required',
    scopes: ['project'],
    description: 'List access token roles.',
  },
  {
    name: 'identity:delete_access_token',
    check: 'rule:admin_required',
    scopes: ['project'],
    description: 'Delete access token.',
  },
  {
    name: 'identity:get_consumer',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show consumer.',
  },
  {
    name: 'identity:list_consumers',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'List consumers.',
  },
  {
    name: 'identity:create_consumer',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create consumer.',
  },
  {
    name: 'identity:update_consumer',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update consumer.',
  },
  {
    name: 'identity:delete_consumer',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete consumer.',
  },
]
