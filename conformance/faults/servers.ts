// The controller and the agent die in the middle of creating and of deleting a server: each ends well or in words, and leaves nothing.
import { type Check, expectThat, until } from '../tally.ts'
import { crash, createServer, recover, settled, type Site, sleep, vanished } from './site.ts'

/** Milliseconds from the request to the crash: from before anything is done to about when the guest runs. */
const moments = [0, 100, 250, 500, 800, 1200]
const patience = 90

export async function crashDuringServers(site: Site, check: Check): Promise<void> {
  const { cloud, api } = site
  const remove = async (id: string): Promise<void> => {
    const { status } = await api.call('DELETE', `compute/servers/${id}`)
    expectThat(status === 204, `delete: ${status}`)
  }
  for (const role of ['controller', 'agent']) {
    for (const ms of moments) {
      let id = ''
      await check(`${role} killed ${ms} ms into server create`, async () => {
        id = await createServer(site, `${role}-${ms}`)
        await sleep(ms)
        crash(cloud, role)
        await recover(cloud)
        const status = await settled(site, id, patience)
        // A controller goes on where it was; so the server must be there in the end.
        expectThat(role === 'agent' || status === 'ACTIVE', `${status} though no host failed`)
        if (status === 'ACTIVE') return
        await remove(id)
        await vanished(site, id, patience)
        id = await createServer(site, `${role}-${ms}-again`)
        expectThat((await settled(site, id, patience)) === 'ACTIVE', 'the next server does not run')
      })
      await check(`${role} killed ${ms} ms into server delete`, async () => {
        await remove(id)
        await sleep(ms / 2)
        crash(cloud, role)
        await recover(cloud)
        await vanished(site, id, patience)
      })
    }
  }
  await check('server deleted while the agent is away', async () => {
    const id = await createServer(site, 'away')
    expectThat((await settled(site, id, patience)) === 'ACTIVE', 'not ACTIVE')
    crash(cloud, 'agent')
    await remove(id)
    await until('gone', patience, async () => (await api.call('GET', `compute/servers/${id}`)).status === 404)
    await recover(cloud)
    await vanished(site, id, patience)
  })
  await check('controller killed while it answers server create', async () => {
    const asked = createServer(site, 'unanswered').catch(() => undefined)
    await sleep(15)
    crash(cloud, 'controller')
    await asked
    await recover(cloud)
    for (const server of await api.list('compute/servers', 'servers')) {
      const id = String(server['id'])
      expectThat((await settled(site, id, patience)) === 'ACTIVE', 'not ACTIVE')
      await remove(id)
      await vanished(site, id, patience)
    }
  })
}
