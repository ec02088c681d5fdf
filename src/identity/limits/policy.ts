import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/limit.py. */
export const limitRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_limit_model',
    check: '',
    scopes: ['system', 'domain', 'project'],
    description: 'Show limit model.',
  },
  {
    name: 'identity:get_limit',
    check:
      'rule:admin_required or (role:reader and system_scope:all) or (domain_id:%(target.limit.domain.id)s or domain_id:%(target.limit.project.domain_id)s) or (project_id:%(target.limit.project_id)s and not None:%(target.limit.project_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Show limit.',
  },
  { name: 'identity:list_limits', check: '', scopes: ['system', 'domain', 'project'], description: 'List limits.' },
  {
    name: 'identity:create_limits',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create limits.',
  },
  {
    name: 'identity:update_limit',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update limit.',
  },
  {
    name: 'identity:delete_limit',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete limit.',
  },
  {
    name: 'identity:get_registered_limit',
    check: '',
    scopes: ['system', 'domain', 'project'],
    description: 'Show registered limit.',
  },
  {
    name: 'identity:list_registered_limits',
    check: '',
    scopes: ['system', 'domain', 'project'],
    description: 'List registered limits.',
  },
  {
    name: 'identity:create_registered_limits',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create registered limits.',
  },
  {
    name: 'identity:update_registered_limit',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update registered limit.',
  },
  {
    name: 'identity:delete_registered_limit',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete registered limit.',
  },
]
