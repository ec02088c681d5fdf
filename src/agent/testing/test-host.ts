// A compute host for tests: a network namespace of its own with a whole cloud that `up` started in it. Nothing of the
// machine's own network, switch or libvirt is touched, and nothing is left when it is closed.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { run } from '#lib/exec/run.ts'

/** Our own program, as sources. */
export const program = path.join(import.meta.dirname, '../../main.ts')

export type TestHost = {
  readonly state: string
  readonly namespace: string
  /** Runs a command inside the host. */
  readonly inside: (...argv: readonly [string, ...string[]]) => Promise<string>
  /** Runs a command of our own program inside the host. */
  readonly haneul: (...args: readonly string[]) => Promise<string>
  readonly close: () => Promise<void>
}

/** Whether tests may make hosts here. */
export const canMakeHosts = process.getuid?.() === 0

/** Makes a host and brings a real cloud up on it. */
export async function createTestHost(): Promise<TestHost> {
  const namespace = `haneul-${randomBytes(3).toString('hex')}`
  // Below /var/tmp: guests run as another user and must be able to reach their disks.
  await mkdir('/var/tmp', { recursive: true })
  const state = await mkdtemp(`/var/tmp/${namespace}-`)
  await run(['ip', 'netns', 'add', namespace])
  const inside: TestHost['inside'] = async (...argv) => {
    const { stdout } = await run(['ip', 'netns', 'exec', namespace, ...argv], { timeoutMs: 110_000 })
    return stdout
  }
  const haneul: TestHost['haneul'] = (command = 'help', ...args) =>
    inside(process.execPath, program, command, '--state', state, ...args)
  const close = async (): Promise<void> => {
    await haneul('down', '--purge').catch(() => undefined)
    await run(['ip', 'netns', 'delete', namespace])
    await rm(state, { recursive: true, force: true })
  }
  try {
    await haneul('up', '--yes')
  } catch (error) {
    await close()
    throw error
  }
  return { state, namespace, inside, haneul, close }
}
