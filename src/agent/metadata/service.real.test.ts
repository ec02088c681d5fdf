// A guest on OVN asks 169.254.169.254: through the localport, the proxy in its namespace and this host's agent to a
// controller, which the test plays itself, and back.
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { GuestSpec } from '#compute/drivers/driver.ts'
import { createRemoteHypervisor } from '#compute/drivers/remote/driver.ts'
import { run } from '#lib/exec/run.ts'
import type { Bus } from '#platform/bus/bus.ts'
import { createHub } from '#platform/bus/hub.ts'
import { newUuid } from '#platform/ids.ts'
import { cachedGuestImage } from '../../../tools/guest-image/cached.ts'
import { canMakeHosts, createTestHost, type TestHost } from '../testing/test-host.ts'
import { namespaceName } from './namespace.ts'

const network = newUuid()
const guestPort = newUuid()
const servicePort = newUuid()
const mac = 'fa:16:3e:00:00:0a'

describe.skipIf(!canMakeHosts)('metadata service', () => {
  let host: TestHost
  let hub: Bus
  let spec: GuestSpec
  const asked: unknown[] = []

  const northbound = (...args: readonly string[]) =>
    host.inside('ovn-nbctl', `--db=unix:${host.state}/ovn/ovnnb_db.sock`, ...args)
  const southbound = (...args: readonly string[]) =>
    host.inside('ovn-sbctl', `--db=unix:${host.state}/ovn/ovnsb_db.sock`, ...args)

  beforeAll(async () => {
    const image = await cachedGuestImage(() => undefined)
    host = await createTestHost()
    // Only one may hold the socket of the bus.
    const pid = Number((await readFile(path.join(host.state, 'run/controller.pid'), 'utf8')).split('\n')[0])
    process.kill(pid, 'SIGTERM')
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 20_000 })
    hub = await createHub(path.join(host.state, 'run/bus.sock'))
    await hub.serve('compute', {
      report: async () => null,
      metadata: async (request) => {
        asked.push(request)
        const body = JSON.stringify({ uuid: spec.id, hostname: 'asked-for.novalocal' })
        const found = JSON.stringify(request).includes('meta_data.json')
        return {
          status: found ? 200 : 404,
          contentType: 'application/json',
          base64: Buffer.from(found ? body : '').toString('base64'),
        }
      },
    })
    const lswitch = `neutron-${network}`
    await northbound(
      'ls-add',
      lswitch,
      '--',
      'lsp-add',
      lswitch,
      servicePort,
      '--',
      'lsp-set-type',
      servicePort,
      'localport',
    )
    await northbound('lsp-set-addresses', servicePort, 'fa:16:3e:00:00:02 10.1.0.2')
    await northbound(
      'set',
      'Logical_Switch_Port',
      servicePort,
      'external_ids:neutron\\:cidrs=10.1.0.2/24',
      'external_ids:neutron\\:mtu=1442',
    )
    await northbound('lsp-add', lswitch, guestPort, '--', 'lsp-set-addresses', guestPort, `${mac} 10.1.0.10`)
    const dhcp = (await northbound('create', 'DHCP_Options', 'cidr=10.1.0.0/24')).trim()
    const options = ['server_id=10.1.0.1', 'server_mac=fa:16:3e:00:00:01', 'lease_time=3600', 'mtu=1442']
    await northbound(
      'dhcp-options-set-options',
      dhcp,
      ...options,
      'classless_static_route={169.254.169.254/32,10.1.0.2}',
    )
    await northbound('lsp-set-dhcpv4-options', guestPort, dhcp)
    const card = { portId: guestPort, networkId: network, mac, tap: 'tap0000000b-01', bridge: 'br-int', mtu: 1442 }
    spec = {
      id: newUuid(),
      name: 'instance-0000000b',
      displayName: 'web1',
      projectId: newUuid(),
      userId: newUuid(),
      flavorName: 'm1.nano',
      vcpus: 1,
      memoryMb: 128,
      rootGb: 1,
      ephemeralGb: 0,
      swapMb: 0,
      image: { id: newUuid(), name: 'guest', format: 'qcow2', path: image },
      interfaces: [card],
      configDrive: null,
    }
  }, 120_000)

  afterAll(async () => {
    await hub?.close()
    await host?.close()
    const { stdout } = await run(['ip', 'netns', 'list'])
    expect(stdout).not.toContain(namespaceName(network))
  }, 60_000)

  test('a guest learns its name from it', async () => {
    const driver = createRemoteHypervisor(hub, hostname())
    await vi.waitFor(() => driver.spawn(spec), { timeout: 20_000, interval: 500 })
    await expect
      .poll(() => driver.consoleOutput(spec, null), { timeout: 60_000, interval: 500 })
      .toContain('asked-for login:')
    expect(asked).toContainEqual({ networkId: network, address: '10.1.0.10', path: '/openstack/latest/meta_data.json' })
  })

  test('the host shows that it has a metadata agent', async () => {
    await expect.poll(() => southbound('list', 'Chassis_Private')).toContain('neutron:ovn-metadata-id')
  })

  test('the service goes with the last guest of the network', async () => {
    const ports = (): Promise<string> =>
      host.inside('ovs-vsctl', `--db=unix:${host.state}/ovs/db.sock`, 'list-ports', 'br-int')
    expect(await ports()).toContain(`tap${network.slice(0, 10)}0`)
    await createRemoteHypervisor(hub, hostname()).destroy(spec)
    await expect.poll(ports, { timeout: 10_000 }).not.toContain('tap')
    expect(await host.inside('ip', '-o', 'link')).not.toContain(`tap${network.slice(0, 10)}`)
  })
})
