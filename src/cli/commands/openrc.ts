import { readFile } from 'node:fs/promises'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../options.ts'
import { CommandError, type Terminal } from '../terminal.ts'

/** Prints admin-openrc, or with `--path` where it is. */
export async function openrc(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, { ...stateOption, path: { type: 'boolean' } }, terminal)
  refuseExtra(positionals, terminal)
  const paths = pathsOf(values)
  const text = await readFile(paths.openrc, 'utf8').catch(() => undefined)
  if (text === undefined) throw new CommandError(terminal.text.notUp(paths.directory))
  terminal.say(values.path === true ? paths.openrc : text.trimEnd())
  return 0
}
