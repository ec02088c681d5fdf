// A process is known by its pid, its start time and the boot it belongs to: a pid alone may be somebody else's by now.
import { readFile, readdir } from 'node:fs/promises'

export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks from boot to the start of the process. */
  readonly startTime: string
  readonly bootId: string
}

/** Who runs under this pid now; undefined for nobody, and for a zombie. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, startTime] = [fields[0], fields[19]]
  if (state === undefined || state === 'Z' || state === 'X' || startTime === undefined) return undefined
  return { pid, startTime, bootId: await currentBootId() }
}

/** Whether the process these lines name is the one running under its pid. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid)
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId
}

/** Resident memory in KiB; 0 when the process is gone. */
export async function residentKib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
}

/** Every process whose command line `matches`; for those that outlive their pid file's writer, such as QEMU under libvirtd. */
export async function findProcesses(matches: (argv: readonly string[]) => boolean): Promise<ProcessIdentity[]> {
  const found: ProcessIdentity[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (line === '' || !matches(line.split('\0').slice(0, -1))) continue
    const identity = await identify(Number(name))
    if (identity !== undefined) found.push(identity)
  }
  return found
}

let knownBootId: string | undefined

/** The kernel's name for this boot. */
export async function currentBootId(): Promise<string> {
  knownBootId ??= (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  return knownBootId
}
