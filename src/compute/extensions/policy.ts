import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { anyoneRule } from '../policy.ts'

/** Source: nova/policies/extensions.py. */
export const extensionRules: readonly RuleDefault[] = [
  anyoneRule('os_compute_api:extensions', 'List the extensions of the API, and show one.'),
]
