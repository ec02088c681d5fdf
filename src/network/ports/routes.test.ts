import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorOf, idOf, listOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

let cloud: TestNetwork
let network: string
let subnet: string
beforeAll(async () => {
  cloud = await startNetwork()
  network = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: { name: 'n' } }, token: 'member' }))
  // Addresses are dealt out at random: those that a test names are outside the pool.
  const allocation_pools = [{ start: '10.1.0.100', end: '10.1.0.199' }]
  const body = { subnet: { network_id: network, ip_version: 4, cidr: '10.1.0.0/24', allocation_pools } }
  subnet = idOf(await cloud.api('POST', '/v2.0/subnets', { body, token: 'member' }))
})
afterAll(() => cloud.stop())

const create = (port: object = {}, token = 'member') =>
  cloud.api('POST', '/v2.0/ports', { body: { port: { network_id: network, ...port } }, token })
const path = (id: string) => `/v2.0/ports/${id}`
const update = (id: string, port: object, token = 'member') => cloud.api('PUT', path(id), { body: { port }, token })

describe('ports', () => {
  it('have an address, a MAC and the default security group', async () => {
    const answer = await create({ name: 'p' })
    expect(answer.status).toBe(201)
    const port = objectOf(answer)
    expect(port).toMatchObject({ status: 'DOWN', admin_state_up: true, device_id: '', port_security_enabled: true })
    expect(port.mac_address).toMatch(/^fa:16:3e(:[0-9a-f]{2}){3}$/)
    expect(port.fixed_ips).toMatchObject([{ subnet_id: subnet }])
    expect(port).not.toHaveProperty('binding:host_id')
    const [group] = listOf(await cloud.api('GET', '/v2.0/security-groups?name=default', { token: 'member' }))
    expect(port.security_groups).toEqual([group?.id])
    expect(objectOf(await cloud.api('GET', path(idOf(answer))))).toMatchObject({
      'binding:host_id': '',
      'binding:vif_type': 'unbound',
      'binding:vif_details': {},
      'binding:profile': {},
    })
    await cloud.settled()
    expect(cloud.fabric.ports.revisions().get(idOf(answer))).toBe(1)
    expect((await cloud.api('DELETE', path(idOf(answer)), { token: 'member' })).status).toBe(204)
  })

  it('take the address they ask for, once', async () => {
    const id = idOf(await create({ fixed_ips: [{ subnet_id: subnet, ip_address: '10.1.0.77' }] }))
    expect(errorOf(await create({ fixed_ips: [{ ip_address: '10.1.0.77' }] }))).toEqual({
      status: 409,
      type: 'IpAddressAlreadyAllocated',
      message: `IP address 10.1.0.77 already allocated in subnet ${subnet}`,
    })
    expect(errorOf(await create({ fixed_ips: [{ ip_address: '192.168.0.1' }] })).type).toBe('InvalidIpForNetwork')
    expect(errorOf(await create({ fixed_ips: [{ subnet_id: subnet, ip_address: '10.2.0.1' }] })).type).toBe(
      'InvalidIpForSubnet',
    )
    const other = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} }, token: 'member' }))
    expect(errorOf(await create({ network_id: other, fixed_ips: [{ subnet_id: subnet }] })).message).toMatch(
      /requires subnets for network/,
    )
    const body = { subnet: { network_id: other, ip_version: 4, cidr: '10.3.0.0/24' } }
    await cloud.api('POST', '/v2.0/subnets', { body, token: 'member' })
    expect(errorOf(await create({ network_id: other, fixed_ips: [{ subnet_id: subnet }] })).message).toMatch(
      /fixed_ips included invalid subnet/,
    )
    expect(
      listOf(await cloud.api('GET', '/v2.0/ports?fixed_ips=ip_address%3D10.1.0.77')).map((port) => port.id),
    ).toEqual([id])
    await cloud.api('DELETE', path(id))
  })

  it('take the MAC they ask for, once on a network', async () => {
    const id = idOf(await create({ mac_address: 'FA-16-3E-00-00-77' }))
    expect(objectOf(await cloud.api('GET', path(id)))).toMatchObject({ mac_address: 'fa:16:3e:00:00:77' })
    expect(errorOf(await create({ mac_address: 'fa:16:3e:00:00:77' }))).toEqual({
      status: 409,
      type: 'MacAddressInUse',
      message: `Unable to complete operation for network ${network}. The mac address fa:16:3e:00:00:77 is in use.`,
    })
    expect(errorOf(await create({ mac_address: 'xx' })).message).toBe(
      "Invalid input for mac_address. Reason: 'xx' is not a valid MAC address.",
    )
    await cloud.api('DELETE', path(id))
  })

  it('are made fifty at once, or not at all', async () => {
    const bulk = (count: number, extra: object = {}) =>
      cloud.api('POST', '/v2.0/ports', {
        body: { ports: Array.from({ length: count }, (_, at) => ({ network_id: network, name: `b${at}`, ...extra })) },
        token: 'member',
      })
    expect((await bulk(3, { mac_address: 'fa:16:3e:00:00:99' })).status).toBe(409)
    expect(listOf(await cloud.api('GET', '/v2.0/ports?name=b0'))).toEqual([])
    const made = await bulk(50)
    expect(made.status).toBe(201)
    const addresses = listOf(made).map((port) => JSON.stringify(port.fixed_ips))
    expect(new Set(addresses).size).toBe(50)
    expect(listOf(made).map((port) => port.name)).toEqual(Array.from({ length: 50 }, (_, at) => `b${at}`))
    await cloud.settled()
    for (const port of listOf(made)) await cloud.api('DELETE', path(String(port.id)))
  })

  it('fill a subnet to its last address', async () => {
    const small = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} }, token: 'member' }))
    const body = { subnet: { network_id: small, ip_version: 4, cidr: '10.7.0.0/29', enable_dhcp: false } }
    await cloud.api('POST', '/v2.0/subnets', { body, token: 'member' })
    const made: string[] = []
    for (let count = 0; count < 5; count++) made.push(idOf(await create({ network_id: small })))
    expect(errorOf(await create({ network_id: small }))).toEqual({
      status: 409,
      type: 'IpAddressGenerationFailure',
      message: `No more IP addresses available on network ${small}.`,
    })
    await cloud.api('DELETE', path(made[2] ?? ''))
    expect((await create({ network_id: small })).status).toBe(201)
    const [availability] = listOf(await cloud.api('GET', `/v2.0/network-ip-availabilities?network_id=${small}`))
    expect(availability).toMatchObject({ total_ips: 5, used_ips: 5 })
  })

  it('are updated: names, addresses, groups, pairs', async () => {
    const id = idOf(await create({ fixed_ips: [{ ip_address: '10.1.0.80' }] }))
    const moved = await update(id, {
      name: 'new',
      fixed_ips: [{ ip_address: '10.1.0.80' }, { ip_address: '10.1.0.81' }],
    })
    expect(objectOf(moved)).toMatchObject({ name: 'new', revision_number: 2 })
    expect(objectOf(moved).fixed_ips).toHaveLength(2)
    // One that it has, and any other one beside it.
    const more = objectOf(
      await update(id, { fixed_ips: [{ subnet_id: subnet }, { ip_address: '10.1.0.80' }] }),
    ).fixed_ips
    expect(more).toHaveLength(2)
    expect(more).toContainEqual({ subnet_id: subnet, ip_address: '10.1.0.80' })
    const pairs = await update(id, { allowed_address_pairs: [{ ip_address: '10.1.0.200' }] })
    expect(objectOf(pairs).allowed_address_pairs).toEqual([
      { ip_address: '10.1.0.200', mac_address: objectOf(moved).mac_address },
    ])
    expect(errorOf(await update(id, { port_security_enabled: false }))).toMatchObject({ status: 409 })
    expect(
      objectOf(await update(id, { port_security_enabled: false, security_groups: [], allowed_address_pairs: [] })),
    ).toMatchObject({
      port_security_enabled: false,
      security_groups: [],
    })
    expect(errorOf(await update(id, { security_groups: [network] }))).toMatchObject({
      status: 400,
      type: 'PortSecurityAndIPRequiredForSecurityGroups',
    })
    await update(id, { port_security_enabled: true })
    expect(errorOf(await update(id, { security_groups: [network] }))).toEqual({
      status: 404,
      type: 'SecurityGroupNotFound',
      message: `Security group ${network} does not exist`,
    })
    expect(errorOf(await update(id, { network_id: network })).message).toBe(
      'Cannot update read-only attribute network_id',
    )
    await cloud.api('DELETE', path(id))
  })

  it('are bound by services, and come up where the fabric says so', async () => {
    const id = idOf(await create({ device_owner: 'compute:nova', device_id: 'server-1' }))
    expect(errorOf(await update(id, { 'binding:host_id': 'host1' }))).toMatchObject({
      status: 403,
      message: '(rule:update_port and rule:update_port:binding:host_id) is disallowed by policy',
    })
    const events = await cloud.listen('network.vif')
    const bound = await update(id, { 'binding:host_id': 'host1', 'binding:profile': {} }, 'service')
    expect(objectOf(bound)).toMatchObject({ 'binding:vif_type': 'ovs', 'binding:host_id': 'host1', status: 'DOWN' })
    await cloud.settled()
    expect(objectOf(await cloud.api('GET', path(id)))).toMatchObject({ status: 'ACTIVE' })
    expect(events).toEqual([{ event: 'network-vif-plugged', portId: id, serverId: 'server-1', host: 'host1' }])
    await update(id, { 'binding:host_id': '' }, 'admin')
    await cloud.settled()
    expect(objectOf(await cloud.api('GET', path(id)))).toMatchObject({ status: 'DOWN', 'binding:vif_type': 'unbound' })
    await cloud.api('DELETE', path(id))
  })

  it('are the network owner’s business, and nobody else’s', async () => {
    const id = idOf(await create())
    expect((await cloud.api('GET', path(id), { token: 'other-member' })).status).toBe(404)
    expect((await cloud.api('GET', path(id), { token: 'reader' })).status).toBe(200)
    expect((await update(id, { name: 'x' }, 'reader')).status).toBe(403)
    expect((await create({}, 'other-member')).status).toBe(404)
    expect((await create({}, 'reader')).status).toBe(403)
    // On a shared network others may have ports, but not choose their addresses.
    await cloud.api('PUT', `/v2.0/networks/${network}`, { body: { network: { shared: true } } })
    const theirs = await create({}, 'other-member')
    expect(theirs.status).toBe(201)
    expect((await create({ fixed_ips: [{ ip_address: '10.1.0.90' }] }, 'other-member')).status).toBe(403)
    expect((await create({ mac_address: 'fa:16:3e:00:00:01' }, 'other-member')).status).toBe(403)
    expect((await cloud.api('GET', path(idOf(theirs)), { token: 'member' })).status).toBe(200)
    expect((await cloud.api('DELETE', path(idOf(theirs)), { token: 'member' })).status).toBe(204)
    await cloud.api('DELETE', path(id))
    expect((await cloud.api('GET', path('no-such-port'))).status).toBe(404)
  })

  it('list in pages, by device and by owner, and choose fields', async () => {
    const ids = [idOf(await create({ device_id: 'd1' })), idOf(await create({ device_id: 'd1' }))].sort()
    const page = await cloud.api('GET', '/v2.0/ports?device_id=d1&limit=1&fields=id')
    expect(listOf(page)).toEqual([{ id: ids[0] }])
    const next = await cloud.api('GET', `/v2.0/ports?device_id=d1&limit=1&marker=${ids[0]}`)
    expect(listOf(next)).toMatchObject([{ id: ids[1] }])
    for (const id of ids) await cloud.api('DELETE', path(id))
  })
})

describe('ports where hosts make their addresses themselves', () => {
  it('have such an address whatever they ask for, and another one with another MAC', async () => {
    const dual = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} }, token: 'member' }))
    const subnetOf = async (fields: object) =>
      idOf(
        await cloud.api('POST', '/v2.0/subnets', {
          body: { subnet: { network_id: dual, ...fields } },
          token: 'member',
        }),
      )
    // The address that is named is outside the pool: the network's own port may have any that is in it.
    const allocation_pools = [{ start: '10.9.0.100', end: '10.9.0.200' }]
    const v4 = await subnetOf({ ip_version: 4, cidr: '10.9.0.0/24', allocation_pools })
    const modes = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' }
    const v6 = await subnetOf({ ip_version: 6, cidr: 'fd00:9::/64', ...modes })
    const made = await create({
      network_id: dual,
      mac_address: 'fa:16:3e:00:00:01',
      fixed_ips: [{ ip_address: '10.9.0.50' }],
    })
    expect(made).toMatchObject({ status: 201 })
    const own = { subnet_id: v6, ip_address: 'fd00:9::f816:3eff:fe00:1' }
    expect(objectOf(made).fixed_ips).toEqual([{ subnet_id: v4, ip_address: '10.9.0.50' }, own])
    const id = idOf(made)
    expect(objectOf(await update(id, { fixed_ips: [] })).fixed_ips).toEqual([own])
    expect(objectOf(await update(id, { mac_address: 'fa:16:3e:00:00:02' }, 'admin')).fixed_ips).toEqual([
      { subnet_id: v6, ip_address: 'fd00:9::f816:3eff:fe00:2' },
    ])
    await cloud.api('DELETE', path(id))
  })
})

describe('ports are refused with the words of Neutron:', () => {
  const nobody = '6a0d5c1e-1111-4000-8000-00000000dead'
  it.each<[object, number, string, string]>([
    [{ mac_address: 'ff:ff:ff:ff:ff:ff' }, 400, 'HTTPBadRequest', 'is not a valid MAC address.'],
    [{ fixed_ips: [{ subnet_id: nobody }] }, 404, 'SubnetNotFound', `Subnet ${nobody} could not be found.`],
    [{ allowed_address_pairs: [{}] }, 400, 'AllowedAddressPairsMissingIP', 'must contain ip_address'],
    [{ allowed_address_pairs: [{ ip_address: 'x' }] }, 400, 'HTTPBadRequest', "'x' is not a valid IP address"],
    [{ allowed_address_pairs: [{ ip_address: 'x/9' }] }, 400, 'HTTPBadRequest', "'x/9' is not a valid IP subnet"],
    [
      { allowed_address_pairs: [{ ip_address: '1.1.1.1', nope: 1 }] },
      400,
      'HTTPBadRequest',
      "Unrecognized attribute(s) 'nope'",
    ],
  ])('%j', async (port, status, type, words) => {
    const error = errorOf(await create(port))
    expect(error).toMatchObject({ status, type })
    expect(error.message).toContain(words)
  })

  it('a page behind a port that is not there', async () => {
    expect(errorOf(await cloud.api('GET', `/v2.0/ports?limit=1&marker=${nobody}`))).toMatchObject({
      status: 404,
      type: 'PortNotFound',
    })
  })

  it('DHCP options are changed one by one, and go with null', async () => {
    const options = [
      { opt_name: 'a', opt_value: '1' },
      { opt_name: 'b', opt_value: '2' },
    ]
    const id = idOf(await create({ extra_dhcp_opts: options }))
    const change = async (extra_dhcp_opts: object[]) => objectOf(await update(id, { extra_dhcp_opts })).extra_dhcp_opts
    expect(await change([{ opt_name: 'a', opt_value: '3' }])).toEqual([
      { opt_name: 'b', opt_value: '2', ip_version: 4 },
      { opt_name: 'a', opt_value: '3', ip_version: 4 },
    ])
    expect(await change([{ opt_name: 'a', opt_value: null }])).toEqual([
      { opt_name: 'b', opt_value: '2', ip_version: 4 },
    ])
    await cloud.api('DELETE', path(id))
  })
})
