// OVN's own daemons in a directory of their own, on unix sockets alone: what tests of the driver run against.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const SCHEMAS = '/usr/share/ovn'

/** Whether OVN is installed. */
export const hasOvn = existsSync(join(SCHEMAS, 'ovn-nb.ovsschema'))

export type OvnCentral = {
  northbound: string
  southbound: string
  /** Runs ovn-nbctl or ovn-sbctl on it and returns what it prints. */
  nbctl(...args: string[]): Promise<string>
  sbctl(...args: string[]): Promise<string>
  /** Kills the Northbound server and starts it again, with an empty database if asked. */
  restartNorthbound(options?: { empty: boolean }): Promise<void>
  close(): Promise<void>
}

/** Starts ovsdb-server twice and ovn-northd. */
export async function startOvnCentral(): Promise<OvnCentral> {
  const directory = await mkdtemp(join(tmpdir(), 'ovn-'))
  const file = (name: string): string => join(directory, name)
  const running = new Map<string, ChildProcess>()

  async function start(name: string, program: string, args: string[], socket: string): Promise<void> {
    running.set(
      name,
      spawn(program, [...args, '-vconsole:off', '--no-chdir'], {
        stdio: 'ignore',
        env: { ...process.env, OVN_RUNDIR: directory },
      }),
    )
    for (let tries = 0; tries < 250 && !existsSync(socket); tries++) await sleep(20)
  }

  async function stop(name: string): Promise<void> {
    const child = running.get(name)
    running.delete(name)
    if (child === undefined || child.exitCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }

  async function startDatabase(name: string, schema: string): Promise<void> {
    if (!existsSync(file(`${name}.db`))) await run('ovsdb-tool', ['create', file(`${name}.db`), join(SCHEMAS, schema)])
    await start(
      name,
      'ovsdb-server',
      [file(`${name}.db`), `--remote=punix:${file(`${name}.sock`)}`, `--unixctl=${file(`${name}.ctl`)}`],
      file(`${name}.sock`),
    )
  }

  const northbound = `unix:${file('nb.sock')}`
  const southbound = `unix:${file('sb.sock')}`
  await startDatabase('nb', 'ovn-nb.ovsschema')
  await startDatabase('sb', 'ovn-sb.ovsschema')
  await start(
    'northd',
    'ovn-northd',
    [`--ovnnb-db=${northbound}`, `--ovnsb-db=${southbound}`, `--unixctl=${file('northd.ctl')}`],
    file('northd.ctl'),
  )

  return {
    northbound,
    southbound,
    nbctl: async (...args) => (await run('ovn-nbctl', [`--db=${northbound}`, '--timeout=10', ...args])).stdout,
    sbctl: async (...args) => (await run('ovn-sbctl', [`--db=${southbound}`, '--timeout=10', ...args])).stdout,
    async restartNorthbound(options = { empty: false }) {
      await stop('nb')
      await rm(file('nb.sock'), { force: true })
      await rm(file('nb.ctl'), { force: true })
      if (options.empty) await rm(file('nb.db'))
      await startDatabase('nb', 'ovn-nb.ovsschema')
    },
    async close() {
      for (const name of running.keys()) await stop(name)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
