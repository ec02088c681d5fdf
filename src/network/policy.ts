import type { CheckExtensions } from '#platform/policy/compile.ts'
import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Rules that the rules of the resources refer to. Source: neutron/conf/policies/base.py. */
export const baseRules: readonly RuleDefault[] = [
  { name: 'context_is_admin', check: 'role:admin', description: 'An administrator of the cloud.' },
  { name: 'context_with_global_access', check: '!', description: 'Somebody who may see every object.' },
  { name: 'service_api', check: 'role:service', description: 'A service of the cloud.' },
  { name: 'owner', check: 'project_id:%(project_id)s', description: 'The owner of the object.' },
  {
    name: 'admin_or_owner',
    check: 'rule:context_is_admin or rule:owner',
    description: 'An administrator or the owner.',
  },
  { name: 'context_is_advsvc', check: 'role:advsvc', description: 'An advanced service.' },
  {
    name: 'admin_or_network_owner',
    check: 'rule:context_is_admin or project_id:%(network:project_id)s',
    description: 'An administrator or the owner of the network.',
  },
  {
    name: 'admin_owner_or_network_owner',
    check: 'rule:owner or rule:admin_or_network_owner',
    description: 'An administrator, the owner, or the owner of the network.',
  },
  { name: 'network_owner', check: 'project_id:%(network:project_id)s', description: 'The owner of the network.' },
  { name: 'admin_only', check: 'rule:context_is_admin', description: 'An administrator.' },
  { name: 'regular_user', check: '', description: 'Anybody.' },
  { name: 'shared', check: 'field:networks:shared=True', description: 'A network that every project may use.' },
  {
    name: 'external',
    check: 'field:networks:router:external=True',
    description: 'A network that leads to the outside.',
  },
  { name: 'default', check: 'rule:admin_or_owner', description: 'Where no other rule is named.' },
]

/** `field:networks:router:external=True`, `field:port:device_owner=~^network:`: compares a field of the target. */
function fieldCheck(text: string) {
  const parts = /^([^:]+):(.+)=(~?)(.*)$/.exec(text)
  if (parts === null) throw new Error(`not a field check: ${text}`)
  const [, , field = '', tilde, wanted = ''] = parts
  const pattern = tilde === '' ? null : new RegExp(wanted)
  return (_credentials: unknown, target: Readonly<Record<string, unknown>>): boolean => {
    const value = target[field]
    if (pattern !== null) return typeof value === 'string' && pattern.test(value)
    return typeof value === 'boolean' ? value === (wanted === 'True') : value === wanted
  }
}

export const fieldChecks: CheckExtensions = { field: fieldCheck }
