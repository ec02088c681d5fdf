import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: keystone/common/policies/project.py. */
export const projectRules: readonly RuleDefault[] = [
  {
    name: 'identity:get_project',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s) or project_id:%(target.project.id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Show project.',
  },
  {
    name: 'identity:list_projects',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'List projects.',
  },
  {
    name: 'identity:list_user_projects',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.user.domain_id)s) or user_id:%(target.user.id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'List user projects.',
  },
  {
    name: 'identity:create_project',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Create project.',
  },
  {
    name: 'identity:update_project',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Update project.',
  },
  {
    name: 'identity:delete_project',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Delete project.',
  },
  {
    name: 'identity:list_project_tags',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s) or project_id:%(target.project.id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'List project tags.',
  },
  {
    name: 'identity:get_project_tag',
    check:
      '(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s) or project_id:%(target.project.id)s',
    scopes: ['system', 'domain', 'project'],
    description: 'Show project tag.',
  },
  {
    name: 'identity:update_project_tags',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Update project tags.',
  },
  {
    name: 'identity:create_project_tag',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Create project tag.',
  },
  {
    name: 'identity:delete_project_tags',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Delete project tags.',
  },
  {
    name: 'identity:delete_project_tag',
    check:
      '(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)',
    scopes: ['system', 'domain', 'project'],
    description: 'Delete project tag.',
  },
]
