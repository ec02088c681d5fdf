// A cloud to try clients on: started by the launcher, in a network namespace of its own where this machine lets us make one, so that
// no port, bridge or daemon of the machine is touched and several clouds can run side by side.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** What a command left behind. */
export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** A running cloud. */
export type Cloud = {
  readonly state: string
  /** Environment of an administrator, as admin-openrc has it. */
  readonly env: Readonly<Record<string, string>>
  /** What stands before a command that runs beside it: the way into its namespace. */
  readonly inside: readonly string[]
  /** Runs a command beside the cloud (in its namespace), with the administrator's environment. */
  readonly run: (
    argv: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly timeoutMs?: number; readonly cwd?: string },
  ) => Promise<Outcome>
  readonly haneul: (argv: readonly string[]) => Promise<Outcome>
  readonly down: () => Promise<void>
}

export const isRoot = process.getuid?.() === 0

type Config = string | ((state: string) => string)

/**
 * Starts a cloud: `simulated` needs no root; otherwise real guests on real networks.
 * @param config text of its config.yaml, where the usual one will not do; made when its state directory is known, if need be
 */
export function startCloud(kind: 'simulated' | 'real', config?: Config): Promise<Cloud> {
  const namespace = isRoot ? `hc${process.pid}` : null
  if (namespace === null) return startAt('127.0.0.1', kind, config, [], async () => undefined)
  execFileSync('ip', ['netns', 'add', namespace])
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
  const inside = ['ip', 'netns', 'exec', namespace]
  return startAt('127.0.0.1', kind, config, inside, async () => {
    execFileSync('ip', ['netns', 'delete', namespace])
  })
}

/** Starts a simulated cloud where another runs, at a loopback address of its own. It ends before the other. */
export const startBeside = ({ inside }: Cloud, address: string, config: Config): Promise<Cloud> =>
  startAt(address, 'simulated', config, inside, async () => undefined)

async function startAt(
  address: string,
  kind: 'simulated' | 'real',
  config: Config | undefined,
  inside: readonly string[],
  leave: () => Promise<void>,
): Promise<Cloud> {
  const state = mkdtempSync(join(tmpdir(), 'haneul-conformance-'))
  const text = typeof config === 'function' ? config(state) : config
  if (text !== undefined) writeFileSync(join(state, 'config.yaml'), text, { mode: 0o600 })
  const base = { PATH: process.env['PATH'] ?? '', HOME: state, LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8' }
  const haneul = (argv: readonly string[]) =>
    execute([...inside, join(root, 'haneul'), ...argv], { ...base, HOME: process.env['HOME'] ?? state }, 300_000)
  const end = async () => {
    await haneul(['down', '--state', state])
    await leave()
    rmSync(state, { recursive: true, force: true })
  }
  const up = await haneul([
    'up',
    '--yes',
    '--state',
    state,
    '--address',
    address,
    ...(kind === 'simulated' ? ['--simulated'] : []),
  ])
  if (up.code !== 0) {
    await end()
    throw new Error(`haneul up: ${up.stdout}${up.stderr}`)
  }
  const env = { ...base, ...readOpenrc(join(state, 'admin-openrc')) }
  return {
    state,
    env,
    inside,
    haneul,
    run: (argv, options = {}) =>
      execute([...inside, ...argv], { ...env, ...options.env }, options.timeoutMs ?? 120_000, options.cwd),
    down: end,
  }
}

/** The variables of an openrc file. */
function readOpenrc(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').matchAll(/^export (\w+)=(.*)$/gm)
  return Object.fromEntries(
    [...lines].map(([, name = '', value = '']) => [name, value.replace(/^(['"])(.*)\1$/, '$2')]),
  )
}

function execute(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
  cwd?: string,
): Promise<Outcome> {
  const [file = '', ...args] = argv
  return new Promise((resolve) => {
    execFile(file, args, { env, cwd, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, stdout, stderr: error !== null && stderr === '' ? error.message : stderr })
    })
  })
}

/** Runs a command with its output shown, and gives its exit code. */
export function show(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const [file = '', ...args] = argv
  return new Promise((resolve) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
