import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { memberRule, readerRule } from '../policy.ts'

/** Source: nova/policies/attach_interfaces.py. */
export const interfaceRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:os-attach-interfaces:list', "List a server's cards."),
  readerRule('os_compute_api:os-attach-interfaces:show', "Show a server's card."),
  memberRule('os_compute_api:os-attach-interfaces:create', 'Plug a card into a server.'),
  memberRule('os_compute_api:os-attach-interfaces:delete', 'Unplug a card from a server.'),
]
