// The real Placement, as Debian ships it, beside the cloud: one process under uwsgi, SQLite, callers taken at their word.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { send, type Side } from './exchange.ts'

const port = 8777
const program = '/usr/bin/placement-api'

/**
 * Starts it in this network namespace and waits until it answers; its files go below `state`.
 * @throws Error naming its log where it does not come up
 */
export async function startPlacement(state: string): Promise<{ readonly side: Side; readonly stop: () => void }> {
  const home = join(state, 'placement')
  mkdirSync(join(home, 'policy.d'), { recursive: true })
  writeFileSync(
    join(home, 'placement.conf'),
    `[api]\nauth_strategy = noauth2\n[placement_database]\nconnection = sqlite:///${home}/placement.sqlite\nsync_on_startup = true\n`,
  )
  const log = join(home, 'log')
  const options = [
    '--master',
    '--add-header',
    'Connection: close',
    '--http-socket',
    `127.0.0.1:${port}`,
    '--plugins',
    'python3',
    '--die-on-term',
  ]
  const tuning = ['--enable-threads', '--lazy-apps', '--threads', '4', '--buffer-size', '65535', '--wsgi-file', program]
  const child = spawn('uwsgi_python3', [...options, ...tuning], {
    cwd: home,
    env: { ...process.env, OS_PLACEMENT_CONFIG_DIR: home },
    stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
  })
  const side = { port, headers: { 'x-auth-token': 'admin' } }
  for (let tries = 0; tries < 120; tries += 1) {
    const answer = await send(side, { method: 'GET', path: '/' }).catch(() => undefined)
    if (answer?.status === 200) return { side, stop: () => child.kill() }
    await sleep(500)
  }
  child.kill()
  throw new Error(`Placement did not start: ${log}`)
}
