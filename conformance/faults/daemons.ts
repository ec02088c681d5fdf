// The engines under a running guest die: the guest keeps running, and has its network back as soon as they are.
import { type Check, expectThat, until } from '../tally.ts'
import { crash, createServer, recover, settled, type Site, sleep, vanished } from './site.ts'

const daemons = [
  'ovn-northd',
  'ovn-nb',
  'ovn-sb',
  'ovn-controller',
  'ovsdb-server',
  'ovs-vswitchd',
  'libvirtd',
  'agent',
  'controller',
]

export async function crashUnderGuest(site: Site, check: Check): Promise<void> {
  const { cloud, api } = site
  let [serverId, address] = ['', '']
  const ping = async (seconds: number): Promise<void> =>
    until(
      `ping of ${address}`,
      seconds,
      async () => (await cloud.run(['ping', '-c', '1', '-W', '1', address])).code === 0,
    )

  await check('a guest with a floating address', async () => {
    serverId = await createServer(site, 'guest')
    expectThat((await settled(site, serverId, 60)) === 'ACTIVE', 'not ACTIVE')
    const [port] = await api.list(`network/ports?device_id=${serverId}`, 'ports')
    const floating = await api.take('POST', 'network/floatingips', 'floatingip', {
      floatingip: { floating_network_id: site.externalId, port_id: port?.['id'] },
    })
    address = String(floating['floating_ip_address'])
    await ping(90)
  })
  for (const name of daemons) {
    await check(`${name} killed under the guest`, async () => {
      crash(cloud, name)
      await sleep(300)
      // What is asked for meanwhile is done when the engine is back.
      const port = { network_id: site.networkId, name: `during-${name}` }
      const asked = name === 'controller' ? undefined : await api.call('POST', 'network/ports', { port })
      expectThat(asked === undefined || asked.status === 201, `port create: ${JSON.stringify(asked)}`)
      await recover(cloud)
      await ping(30)
      for (const row of await api.list(`network/ports?name=during-${name}`, 'ports')) {
        const argv = ['ovn-nbctl', `--db=unix:${cloud.state}/ovn/ovnnb_db.sock`, 'lsp-get-addresses', String(row['id'])]
        await until('the port in OVN', 20, async () => (await cloud.run(argv)).code === 0)
        await api.call('DELETE', `network/ports/${String(row['id'])}`)
      }
      const server = await api.take('GET', `compute/servers/${serverId}`, 'server')
      expectThat(server['status'] === 'ACTIVE', `the server is ${String(server['status'])}`)
    })
  }
  await check('a server after all of that', async () => {
    const id = await createServer(site, 'after')
    expectThat((await settled(site, id, 60)) === 'ACTIVE', 'not ACTIVE')
    await api.call('DELETE', `compute/servers/${id}`)
    await until('gone', 30, async () => (await api.call('GET', `compute/servers/${id}`)).status === 404)
  })
  await check('the guest goes, and leaves nothing', async () => {
    await api.call('DELETE', `compute/servers/${serverId}`)
    await vanished(site, serverId, 30)
  })
}
