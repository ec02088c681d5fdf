import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/service_type.py. */
export const serviceProviderRules: readonly RuleDefault[] = [
  { name: 'get_service_provider', check: 'role:reader', scopes: ['project'], description: 'Show a service provider.' },
]
