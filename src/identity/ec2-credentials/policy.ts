import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/ec2_credential.py. */
export const ec2CredentialRules: readonly RuleDefault[] = [
  {
    name: 'identity:ec2_get_credential',
    check: '(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s',
    scopes: ['system', 'project'],
    description: 'Ec2 get credential.',
  },
  {
    name: 'identity:ec2_list_credentials',
    check: '(rule:admin_required) or (role:reader and system_scope:all) or rule:owner',
    scopes: ['system', 'project'],
    description: 'Ec2 list credentials.',
  },
  {
    name: 'identity:ec2_create_credential',
    check: '(rule:admin_required) or (role:member and user_id:%(target.credential.user_id)s)',
    scopes: ['system', 'project'],
    description: 'Ec2 create credential.',
  },
  {
    name: 'identity:ec2_delete_credential',
    check: '(rule:admin_required) or (role:member and user_id:%(target.credential.user_id)s)',
    scopes: ['system', 'project'],
    description: 'Ec2 delete credential.',
  },
  {
    name: 'identity:s3tokens_validate',
    check: 'rule:service_or_admin',
    scopes: ['system', 'domain', 'project'],
    description: 'S3tokens validate.',
  },
  {
    name: 'identity:ec2tokens_validate',
    check: 'rule:service_or_admin',
    scopes: ['system', 'domain', 'project'],
    description: 'Ec2tokens validate.',
  },
]
