import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { errorOf, idOf, listOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

let cloud: TestNetwork
let network: string
beforeAll(async () => {
  cloud = await startNetwork()
})
afterAll(() => cloud.stop())
beforeEach(async () => {
  network = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: { name: 'n' } }, token: 'member' }))
})

const create = (subnet: object, token = 'member') =>
  cloud.api('POST', '/v2.0/subnets', { body: { subnet: { network_id: network, ip_version: 4, ...subnet } }, token })
const path = (id: string) => `/v2.0/subnets/${id}`

describe('subnets', () => {
  it('have defaults as Neutron chooses them', async () => {
    const subnet = objectOf(await create({ cidr: '10.1.0.0/24' }))
    expect(subnet).toMatchObject({
      cidr: '10.1.0.0/24',
      gateway_ip: '10.1.0.1',
      enable_dhcp: true,
      allocation_pools: [{ start: '10.1.0.2', end: '10.1.0.254' }],
      dns_nameservers: [],
      host_routes: [],
      ipv6_ra_mode: null,
      subnetpool_id: null,
      revision_number: 0,
    })
    const seen = objectOf(await cloud.api('GET', `/v2.0/networks/${network}`))
    expect(seen).toMatchObject({ subnets: [subnet.id] })
    // The metadata port has an address where there is DHCP.
    const [port] = listOf(await cloud.api('GET', `/v2.0/ports?network_id=${network}`))
    expect(port?.fixed_ips).toMatchObject([{ subnet_id: subnet.id }])
  })

  it('come out of the pool that the others of their network and version are from', async () => {
    const body = { subnetpool: { name: 'p', prefixes: ['10.60.0.0/16'], default_prefixlen: 24 } }
    const subnetpool_id = idOf(await cloud.api('POST', '/v2.0/subnetpools', { body, token: 'member' }))
    expect((await create({ subnetpool_id })).status).toBe(201)
    expect((await create({ subnetpool_id })).status).toBe(201)
    network = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} }, token: 'member' }))
    expect((await create({ cidr: '10.3.0.0/24' })).status).toBe(201)
    expect(errorOf(await create({ subnetpool_id }))).toEqual({
      status: 400,
      type: 'NetworkSubnetPoolAffinityError',
      message: 'Subnets hosted on the same network must be allocated from the same subnet pool.',
    })
  })

  it('are refused where they overlap on their network, and only there', async () => {
    expect((await create({ cidr: '10.2.0.0/24' })).status).toBe(201)
    expect(errorOf(await create({ cidr: '10.2.0.128/25' }))).toEqual({
      status: 400,
      type: 'InvalidInput',
      message: `Invalid input for operation: Requested subnet with cidr: 10.2.0.128/25 for network: ${network} overlaps with another subnet.`,
    })
    network = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} }, token: 'member' }))
    expect((await create({ cidr: '10.2.0.128/25' })).status).toBe(201)
  })

  it.each<[object, string, string]>([
    [{ cidr: '10.0.0.0/33' }, 'InvalidInput', 'Invalid input for operation: 10.0.0.0/33 is not in a CIDR format.'],
    [
      { cidr: '10.0.0.0/24', ip_version: 6 },
      'InvalidInput',
      "Invalid input for operation: cidr '10.0.0.0/24' does not match the ip_version '6'.",
    ],
    [
      { cidr: '10.0.0.0/31' },
      'InvalidInput',
      'Invalid input for operation: Subnet has a prefix length that is incompatible with DHCP service enabled.',
    ],
    [
      { cidr: '224.0.0.0/24' },
      'InvalidInput',
      'Invalid input for operation: Multicast IP subnet is not supported if enable_dhcp is True.',
    ],
    [
      { cidr: '10.0.0.0/24', gateway_ip: '10.0.0.255' },
      'InvalidInput',
      'Invalid input for operation: Gateway is not valid on subnet.',
    ],
    [
      { cidr: '10.0.0.0/24', allocation_pools: [{ start: '10.0.0.2', end: '10.0.1.9' }] },
      'OutOfBoundsAllocationPool',
      'The allocation pool 10.0.0.2-10.0.1.9 spans beyond the subnet cidr 10.0.0.0/24.',
    ],
    [
      { cidr: '10.0.0.0/24', dns_nameservers: ['dns.example'] },
      'HTTPBadRequest',
      "Invalid input for dns_nameservers. Reason: 'dns.example' is not a valid nameserver. 'dns.example' is not a valid IP address.",
    ],
    [
      { cidr: '10.0.0.0/24', host_routes: [{ destination: '10.9.0.1/24', nexthop: '10.0.0.9' }] },
      'HTTPBadRequest',
      "Invalid input for host_routes. Reason: '10.9.0.1/24' is not a valid CIDR.",
    ],
    [
      { cidr: '10.0.0.0/24', ipv6_ra_mode: 'slaac' },
      'InvalidInput',
      'Invalid input for operation: ipv6_ra_mode is not valid when ip_version is 4.',
    ],
    [{}, 'BadRequest', 'Bad subnets request: a subnetpool must be specified in the absence of a cidr.'],
    [
      { ip_version: 5, cidr: '10.0.0.0/24' },
      'HTTPBadRequest',
      'Invalid input for ip_version. Reason: 5 is not in [4, 6].',
    ],
  ])('refuse %j', async (subnet, type, message) => {
    expect(errorOf(await create(subnet))).toEqual({ status: 400, type, message })
  })

  it('refuse pools that overlap or hold the gateway', async () => {
    const pools = [
      { start: '10.0.0.2', end: '10.0.0.9' },
      { start: '10.0.0.5', end: '10.0.0.20' },
    ]
    expect(errorOf(await create({ cidr: '10.0.0.0/24', allocation_pools: pools }))).toMatchObject({
      status: 409,
      type: 'OverlappingAllocationPools',
    })
    const gateway = { cidr: '10.0.0.0/24', gateway_ip: '10.0.0.5', allocation_pools: pools.slice(0, 1) }
    expect(errorOf(await create(gateway))).toEqual({
      status: 409,
      type: 'GatewayConflictWithAllocationPools',
      message: 'Gateway ip 10.0.0.5 conflicts with allocation pool 10.0.0.2-10.0.0.9.',
    })
  })

  it('are updated; another project sees none of it', async () => {
    const id = idOf(await create({ cidr: '10.3.0.0/24', enable_dhcp: false }))
    const body = {
      subnet: {
        name: 's',
        gateway_ip: null,
        enable_dhcp: true,
        dns_nameservers: ['8.8.8.8'],
        host_routes: [{ destination: '10.9.0.0/24', nexthop: '10.3.0.9' }],
        allocation_pools: [{ start: '10.3.0.10', end: '10.3.0.20' }],
      },
    }
    expect((await cloud.api('PUT', path(id), { body, token: 'other-member' })).status).toBe(404)
    expect(objectOf(await cloud.api('PUT', path(id), { body, token: 'member' }))).toMatchObject({
      ...body.subnet,
      revision_number: 1,
    })
    expect(errorOf(await cloud.api('PUT', path(id), { body: { subnet: { cidr: '10.4.0.0/24' } } }))).toMatchObject({
      message: 'Cannot update read-only attribute cidr',
    })
    const [metadata] = listOf(
      await cloud.api('GET', `/v2.0/ports?network_id=${network}&device_owner=network:distributed`),
    )
    expect(metadata?.fixed_ips).toHaveLength(1)
    expect((await cloud.api('DELETE', path(id), { token: 'member' })).status).toBe(204)
    const [bare] = listOf(await cloud.api('GET', `/v2.0/ports?network_id=${network}&device_owner=network:distributed`))
    expect(bare?.fixed_ips).toEqual([])
  })

  it('with addresses in use stay', async () => {
    const id = idOf(await create({ cidr: '10.5.0.0/24' }))
    const port = idOf(
      await cloud.api('POST', '/v2.0/ports', { body: { port: { network_id: network } }, token: 'member' }),
    )
    expect(errorOf(await cloud.api('DELETE', path(id), { token: 'member' }))).toEqual({
      status: 409,
      type: 'SubnetInUse',
      message: `Unable to complete operation on subnet ${id}: One or more ports have an IP allocation from this subnet.`,
    })
    expect(errorOf(await cloud.api('DELETE', `/v2.0/networks/${network}`, { token: 'member' }))).toEqual({
      status: 409,
      type: 'NetworkInUse',
      message: `Unable to complete operation on network ${network}. There are one or more ports still in use on the network, id for these ports is: ${port}.`,
    })
    await cloud.api('DELETE', `/v2.0/ports/${port}`)
    expect((await cloud.api('DELETE', path(id), { token: 'member' })).status).toBe(204)
  })

  it('with SLAAC give ports the addresses that they make themselves', async () => {
    const before = idOf(
      await cloud.api('POST', '/v2.0/ports', {
        body: { port: { network_id: network, mac_address: 'fa:16:3e:00:00:01' } },
      }),
    )
    const modes = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' }
    const id = idOf(await create({ ip_version: 6, cidr: '2001:db8:1::/64', ...modes }))
    const fixedIps = [{ subnet_id: id, ip_address: '2001:db8:1:0:f816:3eff:fe00:1' }]
    expect(objectOf(await cloud.api('GET', `/v2.0/ports/${before}`))).toMatchObject({ fixed_ips: fixedIps })
    expect(errorOf(await create({ ip_version: 6, cidr: '2001:db8:2::/48', ...modes })).message).toMatch(
      /requires the prefix to be \/64/,
    )
    const other = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'dhcpv6-stateful' }
    expect(errorOf(await create({ ip_version: 6, cidr: '2001:db8:2::/64', ...other })).message).toMatch(
      /must be the same value/,
    )
    expect((await cloud.api('DELETE', path(id))).status).toBe(204)
    expect(objectOf(await cloud.api('GET', `/v2.0/ports/${before}`))).toMatchObject({ fixed_ips: [] })
  })
})

describe('subnet pools', () => {
  it('give subnets their address space, and keep what is used', async () => {
    const answer = await cloud.api('POST', '/v2.0/subnetpools', {
      body: { subnetpool: { name: 'pool', prefixes: ['10.10.0.0/24', '10.10.1.0/24'], default_prefixlen: 26 } },
      token: 'member',
    })
    expect(objectOf(answer)).toMatchObject({
      prefixes: ['10.10.0.0/23'],
      default_prefixlen: '26',
      min_prefixlen: '8',
      max_prefixlen: '32',
      ip_version: 4,
    })
    const pool = idOf(answer)
    const first = objectOf(await create({ subnetpool_id: pool }))
    const second = objectOf(await create({ subnetpool_id: pool, prefixlen: 24 }))
    expect([first.cidr, second.cidr]).toEqual(['10.10.0.0/26', '10.10.1.0/24'])
    const poolPath = `/v2.0/subnetpools/${pool}`
    expect(errorOf(await cloud.api('DELETE', poolPath))).toMatchObject({ status: 400, type: 'SubnetPoolDeleteError' })
    expect(errorOf(await create({ subnetpool_id: pool, prefixlen: 4 })).type).toBe('MinPrefixSubnetAllocationError')
    const shrink = await cloud.api('PUT', poolPath, { body: { subnetpool: { prefixes: ['10.10.0.0/24'] } } })
    expect(errorOf(shrink).type).toBe('IllegalSubnetPoolPrefixUpdate')
    const grown = await cloud.api('PUT', poolPath, {
      body: { subnetpool: { prefixes: ['10.10.0.0/22'], name: 'wide' } },
    })
    expect(objectOf(grown)).toMatchObject({ prefixes: ['10.10.0.0/22'], name: 'wide', revision_number: 1 })
    for (const { id } of [first, second]) await cloud.api('DELETE', path(String(id)))
    expect((await cloud.api('DELETE', poolPath, { token: 'other-member' })).status).toBe(404)
    expect((await cloud.api('DELETE', poolPath, { token: 'member' })).status).toBe(204)
  })

  it('of both versions, of none, and a second default are refused', async () => {
    const make = (subnetpool: object, token = 'admin') =>
      cloud.api('POST', '/v2.0/subnetpools', { body: { subnetpool }, token })
    expect(errorOf(await make({ name: 'p', prefixes: ['10.0.0.0/8', '2001:db8::/48'] })).type).toBe(
      'PrefixVersionMismatch',
    )
    expect(errorOf(await make({ name: 'p', prefixes: [] })).type).toBe('EmptySubnetPoolPrefixList')
    expect(errorOf(await make({ prefixes: ['10.0.0.0/8'] })).message).toBe(
      "Failed to parse request. Required attribute 'name' not specified",
    )
    expect((await make({ name: 'd', prefixes: ['10.0.0.0/8'], is_default: true }, 'member')).status).toBe(403)
    expect((await make({ name: 'd', prefixes: ['10.0.0.0/8'], is_default: true, shared: true })).status).toBe(201)
    expect((await make({ name: 'e', prefixes: ['11.0.0.0/8'], is_default: true })).status).toBe(400)
    const taken = await create({ use_default_subnetpool: true, prefixlen: 24 })
    expect(objectOf(taken)).toMatchObject({ cidr: '10.0.0.0/24' })
  })
})
