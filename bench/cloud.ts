// The cloud under test: simulated, on ports of its own, started by the launcher as a user would.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must } from './load.ts'

const root = join(import.meta.dirname, '..')
// Away from the usual ports, from those that clients are given, and from those of another run beside this one.
const first = 20_000 + (process.pid % 2000) * 6
const inspectorPort = first + 5
const ports = { identity: first, image: first + 1, placement: first + 2, compute: first + 3, network: first + 4 }

/** What the phases work with. */
export type BenchCloud = {
  readonly pids: readonly number[]
  /** Where a process opens its inspector when it is sent SIGUSR1. */
  readonly inspectorPort: number
  /** Directory of its state. */
  readonly state: string
  readonly token: string
  readonly projectId: string
  readonly url: (type: keyof typeof ports) => string
  readonly loginBody: unknown
  readonly down: () => void | Promise<void>
}

type Status = { readonly processes: readonly { readonly name: string; readonly pid: number | null }[] }

/** Starts the cloud and logs in. Seconds it took to come up are printed. */
export async function startBenchCloud(): Promise<BenchCloud> {
  const state = mkdtempSync(join(tmpdir(), 'haneul-bench-'))
  mkdirSync(state, { recursive: true })
  const lines = Object.entries(ports).map(([type, port]) => `  ${type}: ${port}`)
  writeFileSync(
    join(state, 'config.yaml'),
    `address: 127.0.0.1\nlisten: 127.0.0.1\nhypervisor: simulated\nnetwork: simulated\nlog_level: warn\nmetrics_port: 0\nsimulated:\n  vcpus: 2000\n  memory_mb: 2000000\n  disk_gb: 200000\nports:\n${lines.join('\n')}\n`,
  )
  const haneul = (...argv: string[]) =>
    execFileSync(join(root, 'haneul'), argv, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: `--inspect-port=127.0.0.1:${inspectorPort}` },
    })
  haneul('up', '--simulated', '--state', state)
  const status: Status = JSON.parse(haneul('status', '--json', '--state', state))
  const pids = status.processes.flatMap(({ pid }) => (pid === null ? [] : [pid]))
  const password = readFileSync(join(state, 'admin-password'), 'utf8').trim()
  const loginBody = {
    auth: {
      identity: { methods: ['password'], password: { user: { name: 'admin', domain: { id: 'default' }, password } } },
      scope: { project: { name: 'admin', domain: { id: 'default' } } },
    },
  }
  const url = (type: keyof typeof ports) => `http://127.0.0.1:${ports[type]}`
  const login = await must('POST', `${url('identity')}/v3/auth/tokens`, { body: loginBody })
  const { token }: { token: { project: { id: string } } } = JSON.parse(login.text)
  return {
    pids,
    inspectorPort,
    state,
    token: String(login.headers['x-subject-token']),
    projectId: token.project.id,
    url,
    loginBody,
    down: () => {
      haneul('down', '--state', state)
      rmSync(state, { recursive: true, force: true })
    },
  }
}
