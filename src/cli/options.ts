import { homedir } from 'node:os'
import path from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { defaultStateDirectory, type StatePaths, statePaths } from './state/paths.ts'
import { CommandError, type Terminal } from './terminal.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Values<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>>

/** The `--state` option every command takes. */
export const stateOption = { state: { type: 'string' } } satisfies Options

/** Parses a command's arguments; an unknown or malformed one is the operator's error. */
export function parseOptions<T extends Options>(argv: readonly string[], options: T, terminal: Terminal): Values<T> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new CommandError(terminal.text.badOption(error instanceof Error ? error.message : String(error)), 2)
  }
}

/** The state directory of `--state`, or the user's own. */
export function pathsOf(values: { state?: string | undefined }): StatePaths {
  return statePaths(path.resolve(values.state ?? defaultStateDirectory(process.getuid?.() ?? -1, homedir())))
}

/** Refuses words that belong to no option. */
export function refuseExtra(positionals: readonly string[], terminal: Terminal): void {
  const [first] = positionals
  if (first !== undefined) throw new CommandError(terminal.text.badOption(first), 2)
}
