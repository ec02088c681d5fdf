import { run } from '#lib/exec/run.ts'
import { CommandError, type Terminal } from '../terminal.ts'

/**
 * `with-mounts SOURCE TARGET [SOURCE TARGET ...] -- PROGRAM [ARGUMENT ...]`, for our own use inside a private mount
 * namespace: binds each source over its target, then becomes the program under the same pid.
 */
export async function withMounts(argv: readonly string[], terminal: Terminal): Promise<number> {
  const separator = argv.indexOf('--')
  const mounts = argv.slice(0, separator)
  const [program, ...args] = argv.slice(separator + 1)
  if (separator === -1 || mounts.length % 2 !== 0 || program === undefined || process.execve === undefined) {
    throw new CommandError(terminal.text.unknownCommand('with-mounts'), 2)
  }
  for (let i = 0; i < mounts.length; i += 2) {
    await run(['mount', '--bind', '--', mounts[i] ?? '', mounts[i + 1] ?? ''])
  }
  return process.execve(program, [program, ...args], process.env)
}
