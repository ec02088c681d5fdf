// Starts and ends the processes of a cloud. Each has a name, a pid file in run/ and a log in log/.
import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StatePaths } from '../state/paths.ts'
import { CommandError, type Terminal } from '../terminal.ts'
import { readPidFile, removePidFile, runningProcess, writePidFile } from './pid-file.ts'
import { type ProcessIdentity, isRunning } from '#lib/exec/processes.ts'

export interface Daemon {
  readonly name: string
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  /** Whether it does its work now; asked again until it does. */
  readonly ready: () => Promise<boolean>
  /** Seconds it may take to be ready. */
  readonly patience?: number
}

export function logFile(paths: StatePaths, name: string): string {
  return path.join(paths.log, `${name}.log`)
}

/** Starts a daemon unless it runs, and waits until it is ready; false when it was running already. */
export async function startDaemon(paths: StatePaths, daemon: Daemon, terminal: Terminal): Promise<boolean> {
  const running = await runningProcess(paths.run, daemon.name)
  if (running !== undefined && (await daemon.ready())) return false
  const identity = running ?? (await launch(paths, daemon))
  if (!(await becomesReady(paths, daemon, identity, terminal))) {
    // ovn-controller has been seen to crash in its first moment beside a busy switch: what dies at birth gets a second life.
    if (!(await becomesReady(paths, daemon, await launch(paths, daemon), terminal))) {
      const log = logFile(paths, daemon.name)
      const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-15)
      throw new CommandError([terminal.text.died(daemon.name, log), ...lines].join('\n'))
    }
  }
  return running === undefined
}

async function launch(paths: StatePaths, daemon: Daemon): Promise<ProcessIdentity | undefined> {
  const [file, ...args] = daemon.argv
  const log = await open(logFile(paths, daemon.name), 'a', 0o640)
  try {
    const child = spawn(file, args, {
      cwd: '/',
      detached: true,
      env: { ...process.env, ...daemon.env },
      stdio: ['ignore', log.fd, log.fd],
    })
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => resolve(child.pid ?? 0))
    })
    child.unref()
    await writePidFile(paths.run, daemon.name, pid)
    return await readPidFile(paths.run, daemon.name)
  } finally {
    await log.close()
  }
}

/** Waits until a daemon is ready; false when it ended by itself. */
async function becomesReady(
  paths: StatePaths,
  daemon: Daemon,
  identity: ProcessIdentity | undefined,
  terminal: Terminal,
): Promise<boolean> {
  const patience = daemon.patience ?? 20
  const deadline = performance.now() + patience * 1000
  for (;;) {
    const ready = await daemon.ready()
    const alive = identity !== undefined && (await isRunning(identity))
    if (ready && alive) return true
    if (!alive) {
      await removePidFile(paths.run, daemon.name)
      return false
    }
    if (performance.now() > deadline) throw new CommandError(terminal.text.late(daemon.name, patience))
    await sleep(20)
  }
}

/** Ends the process a pid file names: politely, then by force. False when it was not running. */
export async function stopDaemon(paths: StatePaths, name: string, patience = 10): Promise<boolean> {
  const identity = await runningProcess(paths.run, name)
  if (identity !== undefined) await endProcess(identity, patience)
  await removePidFile(paths.run, name)
  return identity !== undefined
}

/** Ends one process, verified to be the one meant. */
export async function endProcess(identity: ProcessIdentity, patience: number): Promise<void> {
  const deadline = performance.now() + patience * 1000
  signal(identity.pid, 'SIGTERM')
  while (await isRunning(identity)) {
    if (performance.now() > deadline) signal(identity.pid, 'SIGKILL')
    await sleep(20)
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // it ended in between
  }
}
