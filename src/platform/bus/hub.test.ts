import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createLog } from '../log.ts'
import { busContract } from './bus.contract.ts'
import { joinHub } from './client.ts'
import { createHub } from './hub.ts'

const log = createLog('silent')
const folders: string[] = []
const socketPath = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'haneul-bus-'))
  folders.push(folder)
  return join(folder, 'bus.sock')
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

busContract('embedded hub', async () => {
  const path = await socketPath()
  return { controller: await createHub(path), agent: joinHub(path, log) }
})

it('is joined again after the controller was away', async () => {
  const path = await socketPath()
  const first = await createHub(path)
  const agent = joinHub(path, log)
  await agent.serve('agent.one', { ping: async () => 'pong' })
  await first.close()
  const second = await createHub(path)
  await expect.poll(() => second.call('agent.one', 'ping', null).catch(() => null), { timeout: 5000 }).toBe('pong')
  await agent.close()
  await second.close()
})

it('cuts off who does not speak its language', async () => {
  const path = await socketPath()
  const hub = await createHub(path)
  const stranger = createConnection(path)
  stranger.write('GET / HTTP/1.1\n')
  await new Promise((resolve) => stranger.once('close', resolve))
  await hub.close()
})
