// What only a real guest on a real network can show.
import { words } from '../openstack.ts'
import { expectThat, until } from '../tally.ts'
import type { Walk } from './walk.ts'

/** Logs in to the server over its floating address and looks around. */
export async function walkGuest(
  { cloud, openstack, check }: Walk,
  { key, address }: { key: string; address: string },
): Promise<void> {
  const options = words(
    '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 -o BatchMode=yes',
  )
  const ssh = (command: string) =>
    cloud.run(['ssh', '-i', key, ...options, `cirros@${address}`, command], { timeoutMs: 20_000 })
  await check('ping of the floating address', () =>
    until('an answer', 90, async () => (await cloud.run(['ping', '-c', '1', '-W', '1', address])).code === 0),
  )
  await check('ssh with the key', async () => {
    await until('a login', 120, async () => (await ssh('true')).code === 0)
    const { stdout } = await ssh('hostname; ip a')
    expectThat(stdout.startsWith('web1') && stdout.includes('10.1.0.'), stdout)
  })
  await check('user data was run', () =>
    until('the file', 30, async () => (await ssh('cat /tmp/hello')).stdout.includes('hello from user data')),
  )
  await check('metadata knows who asks', async () => {
    const { stdout } = await ssh(
      'wget -q -O - http://169.254.169.254/openstack/latest/meta_data.json; wget -q -O - http://169.254.169.254/latest/meta-data/local-ipv4',
    )
    const { id } = await openstack.show('server', 'show', 'web1')
    expectThat(stdout.includes(String(id)) && /10\.1\.0\.\d+/.test(stdout), stdout)
  })
  await check('the guest reaches the world outside its network', async () => {
    expectThat((await ssh('ping -c 1 -W 2 172.24.4.1')).code === 0, 'no answer from the gateway outside')
  })
  await check('virsh list', async () => {
    const uri = `qemu:///system?socket=${cloud.state}/libvirt/run/libvirt-sock`
    const { stdout, code } = await cloud.run(['virsh', '-c', uri, 'list', '--all'])
    expectThat(code === 0 && stdout.includes('instance-00000001'), stdout)
  })
}
