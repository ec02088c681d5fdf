import { describe, expect, test } from 'vitest'
import { aPort, aSubnet } from '../driver.contract.ts'
import type { FabricSecurityGroupRule } from '../driver.ts'
import { ruleMatch } from './acl.ts'
import { dhcpOptions, hasDhcpOptions, portDhcpOptions, serverMac } from './dhcp.ts'

const rule = (over: Partial<FabricSecurityGroupRule>): FabricSecurityGroupRule => ({
  id: 'r',
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: null,
  portRangeMin: null,
  portRangeMax: null,
  remoteIpPrefix: null,
  remoteGroupId: null,
  ...over,
})

describe('matches of rules', () => {
  test.each<[Partial<FabricSecurityGroupRule>, string]>([
    [{}, 'outport == @pg && ip4'],
    [{ direction: 'egress', ethertype: 'IPv6' }, 'inport == @pg && ip6'],
    [{ protocol: 'tcp', portRangeMin: 22, portRangeMax: 22 }, 'outport == @pg && ip4 && tcp && tcp.dst == 22'],
    [
      { protocol: '17', portRangeMin: 1, portRangeMax: 9 },
      'outport == @pg && ip4 && udp && udp.dst >= 1 && udp.dst <= 9',
    ],
    [
      { protocol: 'icmp', portRangeMin: 8, portRangeMax: 0 },
      'outport == @pg && ip4 && icmp4 && icmp4.type == 8 && icmp4.code == 0',
    ],
    [{ protocol: 'icmpv6', ethertype: 'IPv6' }, 'outport == @pg && ip6 && icmp6'],
    [{ protocol: 'vrrp' }, 'outport == @pg && ip4 && ip.proto == 112'],
    [{ remoteIpPrefix: '10.0.0.0/8', direction: 'egress' }, 'inport == @pg && ip4 && ip4.dst == 10.0.0.0/8'],
    [{ remoteGroupId: 'a-b' }, 'outport == @pg && ip4 && ip4.src == $pg_a_b_ip4'],
  ])('%j', (over, match) => expect(ruleMatch('pg', rule(over))).toBe(match))
})

describe('DHCP', () => {
  test('tells the way to metadata, and the default route beside it', () => {
    const subnet = aSubnet('n', { hostRoutes: [{ destination: '10.9.0.0/24', nexthop: '10.1.0.9' }] })
    expect(dhcpOptions(subnet)).toEqual({
      server_id: '10.1.0.1',
      lease_time: '43200',
      mtu: '1442',
      server_mac: serverMac(subnet.id),
      router: '10.1.0.1',
      dns_server: '{8.8.8.8}',
      classless_static_route: '{169.254.169.254/32,10.1.0.2, 10.9.0.0/24,10.1.0.9, 0.0.0.0/0,10.1.0.1}',
    })
    expect(serverMac(subnet.id)).toMatch(/^fa:16:3e(:[0-9a-f]{2}){3}$/)
  })

  test('goes without a gateway, without name servers, and without anything', () => {
    const isolated = aSubnet('n', { gatewayIp: null, dnsNameservers: ['0.0.0.0'] })
    expect(dhcpOptions(isolated)).toMatchObject({
      server_id: '10.1.0.2',
      classless_static_route: '{169.254.169.254/32,10.1.0.2}',
    })
    expect(dhcpOptions(isolated)).not.toHaveProperty('dns_server')
    expect(dhcpOptions(aSubnet('n', { gatewayIp: null, metadataIp: null }))).toEqual({})
  })

  test('of IPv6 leaves SLAAC alone', () => {
    const six = aSubnet('n', { ipVersion: 6, cidr: '2001:db8::/64', dnsNameservers: [], ipv6AddressMode: 'slaac' })
    expect(hasDhcpOptions(six)).toBe(false)
    const stateless = { ...six, ipv6AddressMode: 'dhcpv6-stateless' }
    expect(dhcpOptions(stateless)).toEqual({ server_id: serverMac(six.id), dhcpv6_stateless: 'true' })
  })

  test('of a port with options of its own: in OVN’s names, quoted where it wants quotes', () => {
    const port = aPort('n', {
      extraDhcpOpts: [
        { name: 'bootfile-name', value: 'pxe "x"', ipVersion: 4 },
        { name: '42', value: '10.0.0.9', ipVersion: 4 },
        { name: 'unknown-option', value: 'x', ipVersion: 4 },
        { name: 'domain-search', value: 'example.org', ipVersion: 6 },
      ],
    })
    expect(portDhcpOptions(port, 4)).toEqual({
      disabled: false,
      options: { bootfile_name: '"pxe x"', ntp_server: '10.0.0.9' },
    })
    expect(portDhcpOptions(port, 6).options).toEqual({ domain_search: 'example.org' })
    const off = aPort('n', { extraDhcpOpts: [{ name: 'dhcp_disabled', value: 'True', ipVersion: 4 }] })
    expect(portDhcpOptions(off, 4)).toEqual({ disabled: true, options: {} })
  })
})
