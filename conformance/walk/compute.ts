import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { words } from '../openstack.ts'
import { expectThat, until } from '../tally.ts'
import type { Walk } from './walk.ts'
import { walkGuest } from './guest.ts'

/** Flavor, key, server, address; then all of it away again, with nothing left behind. */
export async function walkCompute(walk: Walk): Promise<void> {
  const { kind, openstack, check, cloud } = walk
  const key = join(cloud.state, 'mykey.pem')
  const script = join(cloud.state, 'hello.sh')
  writeFileSync(script, '#!/bin/sh\necho hello from user data > /tmp/hello\n')

  await check('flavor create', async () => {
    const flavor = await openstack.show('flavor', 'create', '--ram', '256', '--disk', '1', '--vcpus', '1', 'm1.nano')
    expectThat(flavor['ram'] === 256 && flavor['vcpus'] === 1 && flavor['disk'] === 1, JSON.stringify(flavor))
  })
  await check('keypair create', async () => {
    writeFileSync(key, await openstack.text('keypair', 'create', 'mykey'))
    chmodSync(key, 0o600)
    const { code, stdout } = await cloud.run(['ssh-keygen', '-l', '-E', 'md5', '-f', key])
    const shown = await openstack.show('keypair', 'show', 'mykey')
    expectThat(
      code === 0 && stdout.includes(String(shown['fingerprint'])),
      `${stdout} is not ${String(shown['fingerprint'])}`,
    )
  })
  await check('server create', async () => {
    const server = await openstack.show(
      ...words('server create --flavor m1.nano --image cirros --network network1 --key-name mykey --wait web1'),
      '--user-data',
      script,
    )
    expectThat(
      server['status'] === 'ACTIVE' && JSON.stringify(server['addresses']).includes('10.1.0.'),
      JSON.stringify(server),
    )
  })
  const floating = await check('floating ip create, server add floating ip', async () => {
    const { floating_ip_address: address } = await openstack.show('floating', 'ip', 'create', 'public')
    await openstack.text('server', 'add', 'floating', 'ip', 'web1', String(address))
    await until('the address at the server', 20, async () =>
      JSON.stringify(await openstack.show('server', 'show', 'web1')).includes(String(address)),
    )
    return String(address)
  })
  if (kind === 'real' && floating !== undefined) await walkGuest(walk, { key, address: floating })
  await check('console log show', async () => {
    expectThat((await openstack.text('console', 'log', 'show', 'web1')).includes('login:'), 'no login prompt')
  })
  await check('hypervisor list, compute service list', async () => {
    const hypervisors = await openstack.list('hypervisor', 'list')
    expectThat(hypervisors.length > 0 && hypervisors.every((row) => row['State'] === 'up'), JSON.stringify(hypervisors))
    const services = await openstack.list('compute', 'service', 'list')
    const binaries = services.filter((row) => row['State'] === 'up').map((row) => row['Binary'])
    for (const binary of ['nova-scheduler', 'nova-conductor', 'nova-compute'])
      expectThat(binaries.includes(binary), `${binary} is not up`)
  })
  await check('server stop, start, suspend, resume, reboot', async () => {
    for (const [verb, status] of [
      ['stop', 'SHUTOFF'],
      ['start', 'ACTIVE'],
      ['suspend', 'SUSPENDED'],
      ['resume', 'ACTIVE'],
      ['reboot', 'ACTIVE'],
    ] as const) {
      await openstack.text('server', verb, ...(verb === 'reboot' ? ['--hard'] : []), 'web1')
      await until(
        `${status} after ${verb}`,
        90,
        async () => (await openstack.show('server', 'show', 'web1'))['status'] === status,
      )
    }
  })
  await check('usage list, usage show', async () => {
    const [list, own] = [
      await openstack.text('usage', 'list', '-f', 'json'),
      await openstack.text('usage', 'show', '-f', 'json'),
    ]
    for (const usage of [list, own]) expectThat(usage.includes('"web1"') && usage.includes('"CPU Hours"'), usage)
  })
  await check('server group create, show, list, delete; --hint group', async () => {
    const rule = ['--rule', 'max_server_per_host=1']
    const group = await openstack.show('server', 'group', 'create', '--policy', 'anti-affinity', ...rule, 'apart')
    const id = String(group['id'])
    const boot = words('server create --flavor m1.nano --image cirros --network network1 --hint')
    await openstack.show(...boot, `group=${id}`, '--wait', 'apart1')
    // There is one host: it has one of the group already.
    await openstack.show(...boot, `group=${id}`, 'apart2')
    await until('ERROR', 20, async () => (await openstack.show('server', 'show', 'apart2'))['status'] === 'ERROR')
    const shown = await openstack.show('server', 'group', 'show', 'apart')
    const { id: first } = await openstack.show('server', 'show', 'apart1')
    expectThat(JSON.stringify(shown['members']).includes(String(first)), JSON.stringify(shown))
    expectThat(JSON.stringify(shown['rules']).includes('max_server_per_host'), JSON.stringify(shown))
    await openstack.text('server', 'delete', '--wait', 'apart1', 'apart2')
    const [row] = await openstack.list('server', 'group', 'list', '--long')
    const listed = JSON.stringify(row)
    expectThat(row?.['ID'] === id && row['Policy'] === 'anti-affinity' && !listed.includes(String(first)), listed)
    await openstack.text('server', 'group', 'delete', 'apart')
    expectThat((await openstack.list('server', 'group', 'list')).length === 0, 'a server group is left')
  })
  await check('a server that no host can take says why', async () => {
    await openstack.show('flavor', 'create', '--ram', '99999999', '--disk', '1', '--vcpus', '1', 'huge')
    await openstack.text('quota', 'set', '--ram', '-1', 'admin')
    await openstack.show('server', 'create', '--flavor', 'huge', '--image', 'cirros', '--network', 'network1', 'toobig')
    await until('ERROR', 20, async () => (await openstack.show('server', 'show', 'toobig'))['status'] === 'ERROR')
    const shown = JSON.stringify(await openstack.show('server', 'show', 'toobig'))
    expectThat(shown.includes('No valid host was found'), shown)
    await openstack.text('server', 'delete', '--wait', 'toobig')
  })
  await check('server delete leaves nothing', async () => {
    const [before] = await openstack.list('resource', 'provider', 'list')
    await openstack.text('server', 'delete', '--wait', 'web1')
    expectThat((await openstack.list('server', 'list')).length === 0, 'a server is left')
    const ports = await openstack.list('port', 'list', '--device-owner', 'compute:nova')
    expectThat(ports.length === 0, `ports are left: ${JSON.stringify(ports)}`)
    const usage = await openstack.list('resource', 'provider', 'usage', 'show', String(before?.['uuid']))
    expectThat(
      usage.every((row) => Number(row['usage']) === 0),
      `allocations are left: ${JSON.stringify(usage)}`,
    )
  })
  await check('aggregate create, add host, set, show; a server in its zone; aggregate delete', async () => {
    const [hypervisor] = await openstack.list('hypervisor', 'list')
    const host = String(hypervisor?.['Hypervisor Hostname'])
    await openstack.show('aggregate', 'create', '--zone', 'zone1', 'racks')
    await openstack.show('aggregate', 'add', 'host', 'racks', host)
    await openstack.text('aggregate', 'set', '--property', 'ssd=true', 'racks')
    const shown = await openstack.show('aggregate', 'show', 'racks')
    const { availability_zone: zone, properties } = shown
    expectThat(zone === 'zone1' && JSON.stringify(properties).includes('ssd'), JSON.stringify(shown))
    const zones = await openstack.list('availability', 'zone', 'list', '--compute')
    expectThat(JSON.stringify(zones).includes('"zone1"'), JSON.stringify(zones))
    const [provider] = await openstack.list('resource', 'provider', 'list')
    const mirrored = await openstack.list('resource', 'provider', 'aggregate', 'list', String(provider?.['uuid']))
    expectThat(mirrored.length === 1, JSON.stringify(mirrored))
    const boot = words('server create --flavor m1.nano --image cirros --network network1 --wait')
    const server = await openstack.show(...boot, '--availability-zone', 'zone1', 'zoned')
    expectThat(server['OS-EXT-AZ:availability_zone'] === 'zone1', JSON.stringify(server))
    const refusal = await openstack.fails('aggregate', 'remove', 'host', 'racks', host)
    expectThat(refusal.includes('409') && refusal.includes('already has 1 instance'), refusal)
    await openstack.text('server', 'delete', '--wait', 'zoned')
    await openstack.text('aggregate', 'remove', 'host', 'racks', host)
    await openstack.text('aggregate', 'delete', 'racks')
    expectThat((await openstack.list('aggregate', 'list')).length === 0, 'an aggregate is left')
  })
}
