import { CloudError } from '#platform/errors.ts'
import type { AddressPair, DhcpOption } from './schemas.ts'

const refused = (kind: 'badRequest' | 'conflict', type: string, message: string): CloudError =>
  new CloudError(kind, message, { code: type })

/** Ports that go by themselves with their network: nobody made them by hand. */
export const AUTO_DELETED_OWNERS: ReadonlySet<string> = new Set([
  'network:dhcp',
  'network:distributed',
  'network:floatingip_agent_gateway',
])

/** Whether the port belongs to the cloud itself: no security group and no port security is put on it. */
export const isTrusted = (deviceOwner: string): boolean => deviceOwner.startsWith('network:')

export const isRouterInterface = (deviceOwner: string): boolean => deviceOwner === 'network:router_interface'
export const isRouterGateway = (deviceOwner: string): boolean => deviceOwner === 'network:router_gateway'
export const isRouterPort = (deviceOwner: string): boolean =>
  isRouterInterface(deviceOwner) || isRouterGateway(deviceOwner)

type Protection = {
  readonly portSecurity: boolean
  readonly securityGroups: readonly string[]
  readonly pairs: readonly AddressPair[]
}

/** Security groups and address pairs stand on port security. Source: neutron/plugins/ml2/plugin.py. */
export function checkProtection({ portSecurity, securityGroups, pairs }: Protection): void {
  if (!portSecurity && pairs.length > 0) {
    throw refused(
      'conflict',
      'AddressPairAndPortSecurityRequired',
      'Port Security must be enabled in order to have allowed address pairs on a port.',
    )
  }
  if (securityGroups.length > 0 && !portSecurity) {
    throw refused(
      'badRequest',
      'PortSecurityAndIPRequiredForSecurityGroups',
      'Port security must be enabled and port must have an IP address in order to use security groups.',
    )
  }
}

/** The options of a port after some were given: those of the same name and version are replaced, and go where the value is null. */
export function mergeDhcpOptions(before: readonly DhcpOption[], given: readonly DhcpOption[]): DhcpOption[] {
  const isSame = (a: DhcpOption, b: DhcpOption) => a.opt_name === b.opt_name && a.ip_version === b.ip_version
  const kept = before.filter((old) => !given.some((option) => isSame(old, option)))
  return [...kept, ...given.filter((option) => option.opt_value !== null)]
}

/** Pairs without a MAC are of the port's own; no two may be the same. */
export function completePairs(
  pairs: readonly { readonly ip_address: string; readonly mac_address?: string }[],
  macAddress: string,
): AddressPair[] {
  const seen = new Set<string>()
  return pairs.map(({ ip_address, mac_address = macAddress }) => {
    const key = `${mac_address} ${ip_address}`
    if (seen.has(key)) {
      throw refused(
        'badRequest',
        'DuplicateAddressPairInRequest',
        `Request contains duplicate address pair: mac_address ${mac_address} ip_address ${ip_address}.`,
      )
    }
    seen.add(key)
    return { ip_address, mac_address }
  })
}
