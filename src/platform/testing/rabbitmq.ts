// A real RabbitMQ, private to a test: its own directory and node, loopback only.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRabbitmq } from '../bus/rabbitmq.ts'
import { createLog } from '../log.ts'

export const rabbitmqProgram = '/usr/lib/rabbitmq/bin/rabbitmq-server'

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

export type Broker = { readonly url: string; readonly stop: () => Promise<void> }

/** Starts a broker and waits until it lets clients in, which may take some seconds. */
export async function startBroker(): Promise<Broker> {
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
  const server: ChildProcess = spawn(rabbitmqProgram, [], { env, stdio: 'ignore', cwd: root })
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  for (let tries = 0; ; tries += 1) {
    try {
      await (await connectRabbitmq(url, createLog('silent'))).close()
      break
    } catch (error) {
      if (tries === 3) throw error
    }
  }
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      spawnSync('epmd', ['-port', String(epmd), '-kill'], { env })
      rmSync(root, { recursive: true, force: true })
    },
  }
}
