// The bus on a real RabbitMQ, private to this test: its own directory and node, loopback only.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../log.ts'
import { busContract } from './bus.contract.ts'
import { connectRabbitmq } from './rabbitmq.ts'

const program = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const log = createLog('silent')

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** A broker that this test starts and ends. */
async function startBroker() {
  const root = mkdtempSync(join(tmpdir(), 'haneul-rabbitmq-'))
  const port = await freePort()
  const epmd = await freePort()
  const config = join(root, 'rabbitmq.conf')
  writeFileSync(config, `listeners.tcp.1 = 127.0.0.1:${port}\ntotal_memory_available_override_value = 1GB\n`)
  writeFileSync(join(root, 'enabled_plugins'), '[].\n')
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmd),
    RABBITMQ_NODENAME: `haneul${process.pid}@localhost`,
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_ENABLED_PLUGINS_FILE: join(root, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(root, 'mnesia'),
    RABBITMQ_LOG_BASE: join(root, 'log'),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1',
  }
  const server: ChildProcess = spawn(program, [], { env, stdio: 'ignore', cwd: root })
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      spawnSync('epmd', ['-port', String(epmd), '-kill'], { env })
      rmSync(root, { recursive: true, force: true })
    },
  }
}

describe.skipIf(!existsSync(program))('RabbitMQ', () => {
  let broker: Awaited<ReturnType<typeof startBroker>>
  beforeAll(async () => {
    broker = await startBroker()
    for (let tries = 0; ; tries += 1) {
      try {
        await (await connectRabbitmq(broker.url, log)).close()
        return
      } catch (error) {
        if (tries === 3) throw error
      }
    }
  })
  afterAll(() => broker.stop())

  busContract('RabbitMQ', async () => ({
    controller: await connectRabbitmq(broker.url, log),
    agent: await connectRabbitmq(broker.url, log),
  }))

  it('says so where the broker is away', async () => {
    const bus = await connectRabbitmq(broker.url, log)
    await expect(bus.call('agent.nobody', 'x', null, { timeoutMs: 300 })).rejects.toMatchObject({ kind: 'unavailable' })
    await bus.close()
  })
})
