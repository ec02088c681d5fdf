import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { LibvirtError } from './errors.ts'
import { VirshSession } from './session.ts'

export interface Libvirt {
  /** Runs a virsh command, one word an argument; its output without the trailing line break. */
  readonly virsh: (...words: readonly string[]) => Promise<string>
  /** The same with ten minutes of patience: for what moves a guest's memory. */
  readonly virshPatiently: (...words: readonly string[]) => Promise<string>
  /** Runs a virsh command that takes a file of XML as its last word. */
  readonly virshXml: (xml: string, ...words: readonly string[]) => Promise<string>
  /** Ends all sessions; commands under way fail. */
  readonly close: () => Promise<void>
}

export interface LibvirtOptions {
  /** `qemu:///system`, with `?socket=PATH` for a libvirtd elsewhere. */
  readonly uri: string
  /** Sessions at most: as many commands run at once. */
  readonly sessions?: number
  readonly timeoutMs?: number
}

const PATIENCE_MS = 600_000

/** Talks to one libvirtd through a few virsh sessions, opened when there is need and replaced when they die. */
export function openLibvirt({ uri, sessions: limit = 4, timeoutMs = 60_000 }: LibvirtOptions): Libvirt {
  const idle: VirshSession[] = []
  const all = new Set<VirshSession>()
  const waiting: ((session: VirshSession) => void)[] = []
  let closed = false
  let directory: Promise<string> | undefined

  const start = (): VirshSession => {
    const session = new VirshSession(uri)
    all.add(session)
    return session
  }
  const acquire = async (): Promise<VirshSession> => {
    for (let session = idle.pop(); session !== undefined; session = idle.pop()) {
      if (session.alive) return session
      all.delete(session)
    }
    if (all.size < limit) return start()
    return new Promise((resolve) => waiting.push(resolve))
  }
  const release = (session: VirshSession): void => {
    if (!session.alive) all.delete(session)
    const next = waiting.shift()
    if (next !== undefined) next(session.alive ? session : start())
    else if (session.alive) idle.push(session)
  }
  const once = async (words: readonly string[], patienceMs: number): Promise<string> => {
    const session = await acquire()
    try {
      return (await session.run(words, patienceMs)).trimEnd()
    } finally {
      release(session)
    }
  }
  const run = async (words: readonly string[], patienceMs: number): Promise<string> => {
    if (closed) throw new LibvirtError(words.join(' '), 'closed', 'connection')
    try {
      return await once(words, patienceMs)
    } catch (error) {
      // libvirtd was restarted under us; whoever calls must be ready for a command that ran twice anyway.
      if (!closed && error instanceof LibvirtError && error.reason === 'connection') return once(words, patienceMs)
      throw error
    }
  }
  const virsh: Libvirt['virsh'] = (...words) => run(words, timeoutMs)

  return {
    virsh,
    virshPatiently: (...words) => run(words, PATIENCE_MS),
    virshXml: async (xml, ...words) => {
      directory ??= mkdtemp(path.join(tmpdir(), 'haneul-virsh-'))
      const file = path.join(await directory, `${randomUUID()}.xml`)
      await writeFile(file, xml, { mode: 0o600 })
      try {
        return await virsh(...words, file)
      } finally {
        await rm(file, { force: true })
      }
    },
    close: async () => {
      closed = true
      for (const session of all) session.close()
      if (directory !== undefined) await rm(await directory, { recursive: true, force: true })
    },
  }
}
