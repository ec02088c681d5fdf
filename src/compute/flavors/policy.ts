import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule, readerRule } from '../policy.ts'

/** Source: nova/policies/flavor_manage.py, flavor_access.py, flavor_extra_specs.py. */
export const flavorRules: readonly RuleDefault[] = [
  adminRule('os_compute_api:os-flavor-manage:create', 'Create a flavor.'),
  adminRule('os_compute_api:os-flavor-manage:update', 'Update a flavor.'),
  adminRule('os_compute_api:os-flavor-manage:delete', 'Delete a flavor.'),
  adminRule('os_compute_api:os-flavor-access', 'List the projects of a private flavor.'),
  adminRule('os_compute_api:os-flavor-access:add_tenant_access', 'Give a project access to a flavor.'),
  adminRule('os_compute_api:os-flavor-access:remove_tenant_access', 'Take access to a flavor from a project.'),
  readerRule('os_compute_api:os-flavor-extra-specs:show', 'Show an extra spec of a flavor.'),
  readerRule('os_compute_api:os-flavor-extra-specs:index', 'List the extra specs of a flavor.'),
  adminRule('os_compute_api:os-flavor-extra-specs:create', 'Create extra specs of a flavor.'),
  adminRule('os_compute_api:os-flavor-extra-specs:update', 'Update an extra spec of a flavor.'),
  adminRule('os_compute_api:os-flavor-extra-specs:delete', 'Delete an extra spec of a flavor.'),
]
