import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/availability_zone.py. */
export const availabilityZoneRules: readonly RuleDefault[] = [
  {
    name: 'get_availability_zone',
    check: 'role:reader',
    scopes: ['project'],
    description: 'Show a availability zone.',
  },
]
