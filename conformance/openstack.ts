// The real `openstack` client, as users type it.
import type { Cloud } from './cloud.ts'

/** Runs `openstack` commands on a cloud. */
export type OpenStack = {
  /** Runs a command that must succeed, and gives what it printed. */
  readonly text: (...argv: readonly string[]) => Promise<string>
  /** Runs a command that must succeed with `-f json`, and gives the object it printed. */
  readonly show: (...argv: readonly string[]) => Promise<Readonly<Record<string, unknown>>>
  /** The same for lists. */
  readonly list: (...argv: readonly string[]) => Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Runs a command that must fail, and gives its complaint. */
  readonly fails: (...argv: readonly string[]) => Promise<string>
}

/** A command line in words, where none of them has a blank. */
export const words = (text: string): string[] => text.split(' ')

type Record_ = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function createOpenStack(cloud: Cloud): OpenStack {
  const run = (argv: readonly string[]) => cloud.run(['openstack', ...argv], { timeoutMs: 300_000 })
  const text: OpenStack['text'] = async (...argv) => {
    const { code, stdout, stderr } = await run(argv)
    if (code !== 0) throw new Error(`openstack ${argv.join(' ')}: ${stderr.trim() || stdout.trim()}`)
    return stdout
  }
  const json = async (argv: readonly string[]): Promise<unknown> => JSON.parse(await text(...argv, '-f', 'json'))
  return {
    text,
    show: async (...argv) => {
      const value = await json(argv)
      if (!isRecord(value)) throw new Error(`openstack ${argv.join(' ')} printed no object`)
      return value
    },
    list: async (...argv) => {
      const value = await json(argv)
      if (!Array.isArray(value)) throw new Error(`openstack ${argv.join(' ')} printed no list`)
      return value.filter(isRecord)
    },
    fails: async (...argv) => {
      const { code, stdout, stderr } = await run(argv)
      if (code === 0) throw new Error(`openstack ${argv.join(' ')} should have failed, and printed ${stdout}`)
      return stderr
    },
  }
}
