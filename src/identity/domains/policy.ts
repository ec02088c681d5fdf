import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/domain.py. */
export const domainRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_domain',
    check:
      'rule:admin_required or (role:reader and system_scope:all) or token.domain.id:%(target.domain.id)s or token.project.domain.id:%(target.domain.id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Show domain.',
  },
  {
    name: 'identity:list_domains',
    check:
      'rule:admin_required or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain.id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'List domains.',
  },
  {
    name: 'identity:create_domain',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create domain.',
  },
  {
    name: 'identity:update_domain',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update domain.',
  },
  {
    name: 'identity:delete_domain',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete domain.',
  },
]
