import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { aGroup, aNetwork, aPort, aRouter, aRouterPort, aSubnet, describeFabric } from '../driver.contract.ts'
import type { Fabric } from '../driver.ts'
import { createOvnFabric } from './fabric.ts'
import { hasOvn, type OvnCentral, startOvnCentral } from './testing.ts'

async function addChassis(central: OvnCentral): Promise<void> {
  await central.sbctl('chassis-add', 'chassis-1', 'geneve', '127.0.0.1')
  // As ovn-controller does.
  await central.sbctl('create', 'Chassis_Private', 'name=chassis-1')
  await central.sbctl(
    'set',
    'Chassis',
    'chassis-1',
    'hostname=host1',
    'other_config:ovn-bridge-mappings=extnet:br-ex',
    'other_config:ovn-cms-options=enable-chassis-as-gw',
  )
}

if (hasOvn) {
  describeFabric('OVN', async () => {
    const central = await startOvnCentral()
    await addChassis(central)
    const fabric = createOvnFabric(central)
    fabric.open()
    return {
      fabric,
      host: 'host1',
      async plug(portId) {
        await central.nbctl('--wait=sb', 'sync')
        await central.sbctl('lsp-bind', portId, 'chassis-1')
      },
      async close() {
        fabric.close()
        await central.close()
      },
    }
  })
}

describe.skipIf(!hasOvn)('rows of OVN', () => {
  let central: OvnCentral
  let fabric: Fabric

  beforeAll(async () => {
    central = await startOvnCentral()
    await addChassis(central)
    fabric = createOvnFabric(central)
    fabric.open()
    await vi.waitUntil(() => fabric.isReady(), { timeout: 10_000 })
  })

  afterAll(async () => {
    fabric?.close()
    await central?.close()
  })

  const get = async (table: string, record: string, column: string): Promise<string> =>
    (await central.nbctl('get', table, record, column)).trim()

  test('a port: addresses, security, DHCP, group membership, requested host', async () => {
    const network = aNetwork()
    const subnet = aSubnet(network.id)
    const group = aGroup()
    const port = aPort(network.id, {
      securityGroups: [group.id],
      fixedIps: [{ subnetId: subnet.id, ipAddress: '10.1.0.5', prefix: 24 }],
      allowedAddressPairs: [
        { macAddress: 'fa:16:3e:00:00:05', ipAddress: '10.1.0.50' },
        { macAddress: 'fa:16:3e:aa:bb:cc', ipAddress: '10.1.0.51' },
      ],
      host: 'host1',
    })
    await fabric.securityGroups.ensure([group])
    await fabric.networks.ensure([network])
    await fabric.subnets.ensure([subnet])
    await fabric.ports.ensure([port])
    expect(await get('Logical_Switch_Port', port.id, 'addresses')).toBe(
      '["fa:16:3e:00:00:05 10.1.0.5", "fa:16:3e:aa:bb:cc"]',
    )
    expect(await get('Logical_Switch_Port', port.id, 'port_security')).toBe(
      '["fa:16:3e:00:00:05 10.1.0.5 10.1.0.50", "fa:16:3e:aa:bb:cc 10.1.0.51"]',
    )
    expect(await get('Logical_Switch_Port', port.id, 'options')).toContain('requested-chassis=host1')
    const dhcp = await get('Logical_Switch_Port', port.id, 'dhcpv4_options')
    const options = await get('DHCP_Options', dhcp, 'options')
    expect(options).toContain('classless_static_route="{169.254.169.254/32,10.1.0.2, 0.0.0.0/0,10.1.0.1}"')
    expect(options).toContain('mtu="1442"')
    const uuid = await get('Logical_Switch_Port', port.id, '_uuid')
    expect(await get('Port_Group', `pg_${group.id.replaceAll('-', '_')}`, 'ports')).toContain(uuid)
    expect(await get('Port_Group', 'neutron_pg_drop', 'ports')).toContain(uuid)
    await fabric.ports.ensure([
      { ...port, portSecurity: false, securityGroups: [], allowedAddressPairs: [], revision: 2 },
    ])
    expect(await get('Port_Group', 'neutron_pg_drop', 'ports')).not.toContain(uuid)
    expect(await get('Port_Group', `pg_${group.id.replaceAll('-', '_')}`, 'ports')).toBe('[]')
    expect(await get('Logical_Switch_Port', port.id, 'addresses')).toBe('["fa:16:3e:00:00:05 10.1.0.5", unknown]')
    expect(await get('Logical_Switch_Port', port.id, 'port_security')).toBe('[]')
  })

  test('rules are ACLs that northd accepts', async () => {
    const rule = { protocol: null, portRangeMin: null, portRangeMax: null, remoteIpPrefix: null, remoteGroupId: null }
    const id = randomUUID()
    const group = aGroup({
      id,
      rules: [
        { ...rule, id: randomUUID(), direction: 'ingress', ethertype: 'IPv4', remoteGroupId: id },
        {
          ...rule,
          id: randomUUID(),
          direction: 'ingress',
          ethertype: 'IPv4',
          protocol: 'tcp',
          portRangeMin: 22,
          portRangeMax: 22,
          remoteIpPrefix: '0.0.0.0/0',
        },
        {
          ...rule,
          id: randomUUID(),
          direction: 'ingress',
          ethertype: 'IPv4',
          protocol: 'udp',
          portRangeMin: 1000,
          portRangeMax: 2000,
        },
        {
          ...rule,
          id: randomUUID(),
          direction: 'ingress',
          ethertype: 'IPv6',
          protocol: 'ipv6-icmp',
          portRangeMin: 128,
          portRangeMax: 0,
        },
        { ...rule, id: randomUUID(), direction: 'egress', ethertype: 'IPv4', protocol: '89' },
      ],
    })
    await fabric.securityGroups.ensure([group])
    const acls = await central.nbctl('acl-list', `pg_${id.replaceAll('-', '_')}`)
    const pg = `pg_${id.replaceAll('-', '_')}`
    expect(acls).toContain(`(outport == @${pg} && ip4 && ip4.src == $${pg}_ip4) allow-related`)
    expect(acls).toContain(`(outport == @${pg} && ip4 && ip4.src == 0.0.0.0/0 && tcp && tcp.dst == 22) allow-related`)
    expect(acls).toContain(`udp && udp.dst >= 1000 && udp.dst <= 2000`)
    expect(acls).toContain(`ip6 && icmp6 && icmp6.type == 128 && icmp6.code == 0`)
    expect(acls).toContain(`from-lport  1002 (inport == @${pg} && ip4 && ip.proto == 89) allow-related`)
    await fabric.securityGroups.ensure([{ ...group, revision: 2, rules: group.rules.slice(0, 1) }])
    expect((await central.nbctl('acl-list', pg)).trim().split('\n')).toHaveLength(1)
  })

  test('a router: gateway on a chassis that reaches the network, SNAT, routes', async () => {
    const outside = aNetwork({ type: 'flat', physicalNetwork: 'extnet', segmentationId: null, external: true })
    const inside = aNetwork()
    await fabric.networks.ensure([outside, inside])
    const gateway = {
      ...aRouterPort(outside.id, '172.24.4.10', {
        networkType: 'flat',
        physicalNetwork: 'extnet',
        ipv4Cidrs: [],
        networkMtu: 1500,
        macAddress: 'fa:16:3e:00:00:02',
      }),
      nexthops: [{ subnetId: randomUUID(), ipVersion: 4, address: '172.24.4.1' }],
    }
    const router = aRouter({ gateway, interfaces: [aRouterPort(inside.id, '10.1.0.1')] })
    await fabric.routers.ensure([router])
    const name = `neutron-${router.id}`
    expect(await central.nbctl('lr-nat-list', name)).toMatch(/snat\s+172.24.4.10\s+10.1.0.0\/24/)
    expect(await central.nbctl('lr-route-list', name)).toMatch(/0.0.0.0\/0\s+172.24.4.1/)
    expect(await central.nbctl('lrp-get-gateway-chassis', `lrp-${gateway.id}`)).toContain('chassis-1')
    expect(await get('Logical_Router_Port', `lrp-${gateway.id}`, 'options')).toBe(
      '{gateway_mtu="1442", reside-on-redirect-chassis="true"}',
    )
    await fabric.routers.ensure([{ ...router, snat: false, revision: 2 }])
    expect((await central.nbctl('lr-nat-list', name)).trim()).toBe('')
    await fabric.routers.ensure([{ ...router, gateway: null, revision: 3 }])
    expect((await central.nbctl('lr-route-list', name)).trim()).toBe('')
    expect(await central.nbctl('lrp-list', name)).not.toContain(gateway.id)
  })

  test('ensuring what is already so writes nothing', async () => {
    const network = aNetwork({ type: 'flat', physicalNetwork: 'extnet', segmentationId: null })
    const subnet = aSubnet(network.id)
    const group = aGroup()
    const port = aPort(network.id, {
      securityGroups: [group.id],
      fixedIps: [{ subnetId: subnet.id, ipAddress: '10.1.0.5', prefix: 24 }],
      extraDhcpOpts: [{ name: 'bootfile-name', value: 'x', ipVersion: 4 }],
    })
    const gateway = {
      ...aRouterPort(network.id, '10.1.0.9', { physicalNetwork: 'extnet', networkType: 'flat' }),
      nexthops: [{ subnetId: subnet.id, ipVersion: 4, address: '10.1.0.1' }],
    }
    const router = aRouter({ gateway })
    const ensureAll = async (): Promise<void> => {
      await fabric.securityGroups.ensure([group])
      await fabric.networks.ensure([network])
      await fabric.subnets.ensure([subnet])
      await fabric.ports.ensure([port])
      await fabric.routers.ensure([router])
    }
    await ensureAll()
    await central.nbctl('--wait=sb', 'sync')
    const dump = async (): Promise<string> => {
      const tables = [
        'Logical_Switch',
        'Logical_Switch_Port',
        'Port_Group',
        'ACL',
        'DHCP_Options',
        'Logical_Router',
        'Logical_Router_Port',
        'Gateway_Chassis',
        'NAT',
        'Logical_Router_Static_Route',
      ]
      return (await Promise.all(tables.map((table) => central.nbctl('list', table)))).join('\n')
    }
    const before = await dump()
    await ensureAll()
    expect(await dump()).toBe(before)
  })

  test('an emptied database is told as ready again, and can be filled anew', async () => {
    const network = aNetwork()
    await fabric.networks.ensure([network])
    const ready = new Promise<void>((resolve) => {
      const stop = fabric.listen({
        ready() {
          stop()
          resolve()
        },
      })
    })
    await central.restartNorthbound({ empty: true })
    await ready
    expect(fabric.networks.revisions().size).toBe(0)
    await fabric.networks.ensure([network])
    expect(await get('Logical_Switch', `neutron-${network.id}`, 'name')).toBe(`neutron-${network.id}`)
  })
})
