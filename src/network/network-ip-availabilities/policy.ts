import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/network_ip_availability.py. */
export const networkIpAvailabilityRules: readonly RuleDefault[] = [
  {
    name: 'get_network_ip_availability',
    check: '(rule:admin_only) or (rule:service_api)',
    scopes: ['project'],
    description: 'Show a network ip availability.',
  },
]
