import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/domain_config.py. */
export const domainConfigRules: readonly RuleDefault[] = [
  {
    name: 'identity:create_domain_config',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Create domain config.',
  },
  {
    name: 'identity:get_domain_config',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show domain config.',
  },
  {
    name: 'identity:get_security_compliance_domain_config',
    check: '',
    scopes: ['system', 'domain', 'project'],
    description: 'Show security compliance domain config.',
  },
  {
    name: 'identity:update_domain_config',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Update domain config.',
  },
  {
    name: 'identity:delete_domain_config',
    check: 'rule:admin_required',
    scopes: ['system', 'project'],
    description: 'Delete domain config.',
  },
  {
    name: 'identity:get_domain_config_default',
    check: 'rule:admin_required or (role:reader and system_scope:all)',
    scopes: ['system', 'project'],
    description: 'Show domain config default.',
  },
]
