import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorOf, idOf, listOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

let cloud: TestNetwork
let external: string
let network: string
let subnet: string

const post = async (collection: string, name: string, body: object, token = 'member') =>
  cloud.api('POST', `/v2.0/${collection}`, { body: { [name]: body }, token })
const makeNetwork = async (cidr: string): Promise<[network: string, subnet: string]> => {
  const id = idOf(await post('networks', 'network', {}))
  return [id, idOf(await post('subnets', 'subnet', { network_id: id, ip_version: 4, cidr }))]
}
const makeRouter = async (): Promise<string> =>
  idOf(await post('routers', 'router', { name: 'r', external_gateway_info: { network_id: external } }))
const link = (router: string, body: object, action = 'add', token = 'member') =>
  cloud.api('PUT', `/v2.0/routers/${router}/${action}_router_interface`, { body, token })

beforeAll(async () => {
  cloud = await startNetwork()
  const flat = { 'router:external': true, 'provider:network_type': 'flat', 'provider:physical_network': 'extnet' }
  external = idOf(await post('networks', 'network', { name: 'public', ...flat }, 'other-admin'))
  await post(
    'subnets',
    'subnet',
    {
      network_id: external,
      ip_version: 4,
      cidr: '172.24.4.0/24',
      enable_dhcp: false,
      // Addresses are dealt out at random: the one that a test names is outside the pool.
      allocation_pools: [{ start: '172.24.4.10', end: '172.24.4.150' }],
    },
    'other-admin',
  )
  ;[network, subnet] = await makeNetwork('10.1.0.0/24')
})
afterAll(() => cloud.stop())

describe('routers', () => {
  it('have a gateway on an external network', async () => {
    const answer = await post('routers', 'router', { name: 'r', external_gateway_info: { network_id: external } })
    expect(answer.status).toBe(201)
    expect(objectOf(answer)).toMatchObject({
      status: 'ACTIVE',
      routes: [],
      external_gateway_info: {
        network_id: external,
        enable_snat: true,
        external_fixed_ips: [{ ip_address: expect.stringMatching(/^172\.24\.4\./) }],
      },
    })
    const path = `/v2.0/routers/${idOf(answer)}`
    // The gateway's port belongs to no project: its owner does not see it.
    expect(listOf(await cloud.api('GET', `/v2.0/ports?device_id=${idOf(answer)}`, { token: 'member' }))).toEqual([])
    expect(listOf(await cloud.api('GET', `/v2.0/ports?device_id=${idOf(answer)}`))).toMatchObject([
      { device_owner: 'network:router_gateway', project_id: '' },
    ])
    const snat = { router: { external_gateway_info: { network_id: external, enable_snat: false } } }
    expect((await cloud.api('PUT', path, { body: snat, token: 'member' })).status).toBe(403)
    expect(objectOf(await cloud.api('PUT', path, { body: snat }))).toMatchObject({
      external_gateway_info: { enable_snat: false },
    })
    expect(
      objectOf(await cloud.api('PUT', path, { body: { router: { external_gateway_info: {} } }, token: 'member' })),
    ).toMatchObject({ external_gateway_info: null })
    await cloud.settled()
    expect(cloud.fabric.routers.revisions().has(idOf(answer))).toBe(true)
    expect((await cloud.api('DELETE', path, { token: 'member' })).status).toBe(204)
    await cloud.settled()
    expect(cloud.fabric.routers.revisions().has(idOf(answer))).toBe(false)
  })

  it('refuse networks that do not lead outside', async () => {
    expect(errorOf(await post('routers', 'router', { external_gateway_info: { network_id: network } }))).toEqual({
      status: 400,
      type: 'BadRequest',
      message: `Bad router request: Network ${network} is not an external network.`,
    })
    expect(errorOf(await post('routers', 'router', { external_gateway_info: { enable_snat: true } })).message).toMatch(
      /Expected keys: {'network_id'}/,
    )
  })

  it('link subnets, each once, and none that overlap', async () => {
    const router = await makeRouter()
    const linked = await link(router, { subnet_id: subnet })
    expect(linked.status).toBe(200)
    const port = String(Object(linked.body).port_id)
    expect(linked.body).toMatchObject({ id: router, subnet_id: subnet, subnet_ids: [subnet], network_id: network })
    expect(objectOf(await cloud.api('GET', `/v2.0/ports/${port}`))).toMatchObject({
      device_owner: 'network:router_interface',
      fixed_ips: [{ subnet_id: subnet, ip_address: '10.1.0.1' }],
      security_groups: [],
    })
    expect(errorOf(await link(router, { subnet_id: subnet })).message).toBe(
      `Bad router request: Router already has a port on subnet ${subnet}.`,
    )
    const [, twin] = await makeNetwork('10.1.0.0/25')
    expect(errorOf(await link(router, { subnet_id: twin })).message).toMatch(/overlaps with cidr 10.1.0.0\/24/)
    expect(errorOf(await cloud.api('DELETE', `/v2.0/ports/${port}`, { token: 'member' }))).toEqual({
      status: 409,
      type: 'ServicePortInUse',
      message: `Port ${port} cannot be deleted directly via the port API: has device owner network:router_interface.`,
    })
    expect(errorOf(await cloud.api('DELETE', `/v2.0/routers/${router}`, { token: 'member' }))).toEqual({
      status: 409,
      type: 'RouterInUse',
      message: `Router ${router} has ports still attached: ${port}`,
    })
    expect(errorOf(await cloud.api('DELETE', `/v2.0/subnets/${subnet}`, { token: 'member' })).type).toBe('SubnetInUse')
    expect((await link(router, { subnet_id: subnet }, 'remove', 'other-member')).status).toBe(404)
    expect((await link(router, { subnet_id: subnet }, 'remove', 'reader')).status).toBe(403)
    expect((await link(router, { subnet_id: subnet }, 'remove')).status).toBe(200)
    expect(errorOf(await link(router, { subnet_id: subnet }, 'remove')).type).toBe('RouterInterfaceNotFoundForSubnet')
    expect(errorOf(await link(router, {})).message).toBe(
      'Bad router request: Either subnet_id or port_id must be specified.',
    )
    expect((await cloud.api('DELETE', `/v2.0/routers/${router}`)).status).toBe(204)
  })

  it('link ports, and take their routes', async () => {
    const router = await makeRouter()
    const port = idOf(await post('ports', 'port', { network_id: network }))
    expect((await link(router, { port_id: port })).status).toBe(200)
    expect(errorOf(await link(router, { port_id: port })).type).toBe('PortInUse')
    const route = (nexthop: string) => ({ destination: '10.9.0.0/24', nexthop })
    const update = (routes: object[]) =>
      cloud.api('PUT', `/v2.0/routers/${router}`, { body: { router: { routes } }, token: 'member' })
    expect(errorOf(await update([route('10.200.0.1')])).message).toMatch(/the nexthop is not connected with router/)
    expect(objectOf(await update([route('10.1.0.200')]))).toMatchObject({ routes: [route('10.1.0.200')] })
    expect(errorOf(await link(router, { port_id: port }, 'remove')).type).toBe('RouterInterfaceInUseByRoute')
    const more = { router: { routes: [{ destination: '10.8.0.0/24', nexthop: '10.1.0.201' }] } }
    const added = await cloud.api('PUT', `/v2.0/routers/${router}/add_extraroutes`, { body: more, token: 'member' })
    expect(objectOf(added).routes).toHaveLength(2)
    await cloud.api('PUT', `/v2.0/routers/${router}/remove_extraroutes`, { body: more, token: 'member' })
    expect(objectOf(await update([]))).toMatchObject({ routes: [] })
    expect((await link(router, { port_id: port }, 'remove')).status).toBe(200)
    expect((await cloud.api('GET', `/v2.0/ports/${port}`)).status).toBe(404)
    await cloud.api('DELETE', `/v2.0/routers/${router}`)
  })
})

describe('floating IPs', () => {
  it('lead to a port through the router between', async () => {
    const router = await makeRouter()
    const port = idOf(
      await post('ports', 'port', { network_id: network, device_owner: 'compute:nova', device_id: 'server-1' }),
    )
    const events = await cloud.listen('network.ports')
    const answer = await post('floatingips', 'floatingip', { floating_network_id: external })
    expect(answer.status).toBe(201)
    const id = idOf(answer)
    expect(objectOf(answer)).toMatchObject({
      status: 'DOWN',
      port_id: null,
      router_id: null,
      fixed_ip_address: null,
      port_details: null,
    })
    const path = `/v2.0/floatingips/${id}`
    const lead = (body: object) => cloud.api('PUT', path, { body: { floatingip: body }, token: 'member' })
    expect(errorOf(await lead({ port_id: port }))).toEqual({
      status: 404,
      type: 'ExternalGatewayForFloatingIPNotFound',
      message: `External network ${external} is not reachable from subnet ${subnet}.  Therefore, cannot associate Port ${port} with a Floating IP.`,
    })
    await link(router, { subnet_id: subnet })
    expect(objectOf(await lead({ port_id: port }))).toMatchObject({
      port_id: port,
      router_id: router,
      port_details: { device_id: 'server-1' },
    })
    expect(events).toEqual([{ serverId: 'server-1' }])
    await cloud.settled()
    expect(objectOf(await cloud.api('GET', path, { token: 'member' }))).toMatchObject({ status: 'ACTIVE' })
    expect(cloud.fabric.floatingIps.revisions().has(id)).toBe(true)
    const second = await post('floatingips', 'floatingip', { floating_network_id: external, port_id: port })
    expect(errorOf(second).type).toBe('FloatingIPPortAlreadyAssociated')
    expect(errorOf(await link(router, { subnet_id: subnet }, 'remove')).type).toBe('RouterInterfaceInUseByFloatingIP')
    const away = { router: { external_gateway_info: null } }
    expect(errorOf(await cloud.api('PUT', `/v2.0/routers/${router}`, { body: away, token: 'member' })).type).toBe(
      'RouterExternalGatewayInUseByFloatingIp',
    )
    expect(objectOf(await lead({ port_id: null }))).toMatchObject({ port_id: null, router_id: null })
    await cloud.settled()
    expect(objectOf(await cloud.api('GET', path))).toMatchObject({ status: 'DOWN' })
    await lead({ port_id: port })
    expect((await cloud.api('DELETE', `/v2.0/ports/${port}`, { token: 'member' })).status).toBe(204)
    expect(objectOf(await cloud.api('GET', path))).toMatchObject({ port_id: null })
    expect((await cloud.api('GET', path, { token: 'other-member' })).status).toBe(404)
    expect((await cloud.api('DELETE', path, { token: 'member' })).status).toBe(204)
    await link(router, { subnet_id: subnet }, 'remove')
    await cloud.api('DELETE', `/v2.0/routers/${router}`)
  })

  it('are chosen by managers alone, and refused on other networks', async () => {
    const body = { floating_network_id: external, floating_ip_address: '172.24.4.200' }
    expect((await post('floatingips', 'floatingip', body)).status).toBe(403)
    const answer = await post('floatingips', 'floatingip', body, 'manager')
    expect(objectOf(answer)).toMatchObject({ floating_ip_address: '172.24.4.200' })
    expect((await post('floatingips', 'floatingip', body, 'manager')).status).toBe(409)
    expect(errorOf(await post('floatingips', 'floatingip', { floating_network_id: network })).message).toBe(
      `Bad floatingip request: Network ${network} is not a valid external network.`,
    )
    await cloud.api('DELETE', `/v2.0/floatingips/${idOf(answer)}`)
  })
})
