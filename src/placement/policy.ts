import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Rules that the rules of the resources refer to. Source: placement/policies/base.py. */
export const baseRules: readonly RuleDefault[] = [
  { name: 'admin_api', check: 'role:admin', scopes: ['project'], description: 'An administrator.' },
  { name: 'service_api', check: 'role:service', scopes: ['project'], description: 'A service of the cloud.' },
  {
    name: 'admin_or_service_api',
    check: 'role:admin or role:service',
    scopes: ['project'],
    description: 'An administrator or a service of the cloud.',
  },
  {
    name: 'project_reader_api',
    check: 'role:reader and project_id:%(project_id)s',
    description: 'A reader of the project the request is about.',
  },
  {
    name: 'admin_or_project_reader_or_service_api',
    check: 'role:admin or rule:project_reader_api or role:service',
    scopes: ['project'],
    description: 'A reader of the project, an administrator or a service.',
  },
]

/** What nearly every call of Placement asks for. */
export const adminOrService = (name: string, description: string): RuleDefault => ({
  name: `placement:${name}`,
  check: 'rule:admin_or_service_api',
  scopes: ['project'],
  description,
})
