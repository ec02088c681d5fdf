// The power fails: everything is gone at once, guests too. What comes back knows what it had.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, expectThat, until } from '../tally.ts'
import { crash, createServer, recover, settled, type Site, vanished } from './site.ts'

/** Pids of the guests whose disks are in the cloud's directory. */
const guestPids = (state: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return /qemu-system/.test(program) && args.some((argument) => argument.includes(`${state}/instances/`))
      } catch {
        return false
      }
    })
    .map(Number)

export async function loseAll(site: Site, check: Check): Promise<void> {
  const { cloud, api } = site
  let id = ''
  await check('a guest that dies is seen to be SHUTOFF, and starts again', async () => {
    id = await createServer(site, 'mortal')
    expectThat((await settled(site, id, 60)) === 'ACTIVE', 'not ACTIVE')
    for (const pid of guestPids(cloud.state)) process.kill(pid, 'SIGKILL')
    await startsFromShutoff()
  })
  await check('everything killed at once', async () => {
    const pids = guestPids(cloud.state)
    expectThat(pids.length === 1, `${pids.length} guests run`)
    const names = readdirSync(join(cloud.state, 'run')).filter((name) => name.endsWith('.pid'))
    for (const name of names) crash(cloud, name.replace('.pid', ''))
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await recover(cloud)
    await startsFromShutoff()
    await api.call('DELETE', `compute/servers/${id}`)
    await vanished(site, id, 30)
  })

  async function startsFromShutoff(): Promise<void> {
    const is = async (status: string): Promise<boolean> =>
      (await api.take('GET', `compute/servers/${id}`, 'server'))['status'] === status
    await until('SHUTOFF', 30, () => is('SHUTOFF'))
    const { status } = await api.call('POST', `compute/servers/${id}/action`, { 'os-start': null })
    expectThat(status === 202, `start: ${status}`)
    await until('ACTIVE', 60, () => is('ACTIVE'))
  }
}
