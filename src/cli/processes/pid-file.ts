import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type ProcessIdentity, identify, isRunning } from '#lib/exec/processes.ts'

/** Writes `DIR/NAME.pid`: the pid on the first line, as every tool expects, then what tells it from a later process. */
export async function writePidFile(directory: string, name: string, pid: number): Promise<void> {
  const identity = await identify(pid)
  if (identity === undefined) return
  await writeFile(pidFile(directory, name), `${pid}\n${identity.startTime}\n${identity.bootId}\n`)
}

/** What a pid file says, whether or not that process still runs; undefined without a readable file. */
export async function readPidFile(
  directory: string,
  name: string,
  suffix = '.pid',
): Promise<ProcessIdentity | undefined> {
  const text = await readFile(path.join(directory, name + suffix), 'utf8').catch(() => '')
  const [pid, startTime, bootId] = text.split('\n')
  if (pid === undefined || !/^\d+$/.test(pid) || startTime === undefined || bootId === undefined) return undefined
  return { pid: Number(pid), startTime, bootId }
}

/** The process a pid file names, if it is running. */
export async function runningProcess(directory: string, name: string): Promise<ProcessIdentity | undefined> {
  const identity = await readPidFile(directory, name)
  return identity !== undefined && (await isRunning(identity)) ? identity : undefined
}

export async function removePidFile(directory: string, name: string): Promise<void> {
  await rm(pidFile(directory, name), { force: true })
}

/** Names with a pid file in the directory. */
export async function pidFileNames(directory: string): Promise<string[]> {
  const files = await readdir(directory).catch(() => [])
  return files.filter((file) => file.endsWith('.pid')).map((file) => file.slice(0, -'.pid'.length))
}

function pidFile(directory: string, name: string): string {
  return path.join(directory, `${name}.pid`)
}
