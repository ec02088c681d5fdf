import type { RuleDefault } from '#platform/policy/enforcer.ts'

const project = ['project'] as const

/** Source: nova/policies/base.py. */
export const baseRules: readonly RuleDefault[] = [
  { name: 'context_is_admin', check: 'role:admin', description: 'An administrator.' },
  {
    name: 'admin_or_owner',
    check: 'is_admin:True or project_id:%(project_id)s',
    description: 'An administrator or the project.',
  },
  { name: 'admin_api', check: 'is_admin:True', description: 'An administrator.' },
  {
    name: 'project_manager_api',
    check: 'role:manager and project_id:%(project_id)s',
    description: 'A manager of the project.',
  },
  {
    name: 'project_member_api',
    check: 'role:member and project_id:%(project_id)s',
    description: 'A member of the project.',
  },
  {
    name: 'project_reader_api',
    check: 'role:reader and project_id:%(project_id)s',
    description: 'A reader of the project.',
  },
  { name: 'service_api', check: 'role:service', description: 'A service of the cloud.' },
  {
    name: 'project_manager_or_admin',
    check: 'rule:project_manager_api or rule:context_is_admin',
    description: 'A manager of the project, or an administrator.',
  },
  {
    name: 'project_member_or_admin',
    check: 'rule:project_member_api or rule:context_is_admin',
    description: 'A member of the project, or an administrator.',
  },
  {
    name: 'project_reader_or_admin',
    check: 'rule:project_reader_api or rule:context_is_admin',
    description: 'A reader of the project, or an administrator.',
  },
  {
    name: 'service_or_admin',
    check: 'rule:service_api or rule:context_is_admin',
    description: 'A service, or an administrator.',
  },
]

const withCheck =
  (check: string) =>
  (name: string, description: string): RuleDefault => ({ name, check, scopes: project, description })

/** The four kinds of rule that nearly all of Nova's are. */
export const adminRule = withCheck('rule:context_is_admin')
export const managerRule = withCheck('rule:project_manager_or_admin')
export const memberRule = withCheck('rule:project_member_or_admin')
export const readerRule = withCheck('rule:project_reader_or_admin')
export const anyoneRule = withCheck('@')
