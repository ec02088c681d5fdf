import ipaddr from 'ipaddr.js'

/**
 * Whether an address is one of the public internet: not loopback, private, link-local, multicast, reserved, nor an IPv6
 * address that carries an IPv4 address inside.
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'unicast'
}
