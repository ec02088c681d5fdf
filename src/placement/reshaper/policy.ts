import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: placement/policies/reshaper.py. */
export const reshaperRules: readonly RuleDefault[] = [
  {
    name: 'placement:reshaper:reshape',
    check: 'rule:service_api',
    scopes: ['project'],
    description: 'Move inventories and their allocations between resource providers.',
  },
]
