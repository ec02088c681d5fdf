import { parseOptions, stateOption } from '../../options.ts'
import { CommandError, type Terminal } from '../../terminal.ts'
import { buildGuest } from './guest.ts'
import { importDirectory } from './import-dir.ts'
import { loadMetadefs } from './metadefs.ts'

/** `image guest`, `image import-dir`, `image metadefs`. */
export function image(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = { ...stateOption, yes: { type: 'boolean', short: 'y' }, visibility: { type: 'string' } } as const
  const { values, positionals } = parseOptions(argv, options, terminal)
  const [kind, path, ...extra] = positionals
  if (extra.length === 0) {
    if (kind === 'guest' && path !== undefined) return buildGuest(path, values.yes === true, terminal)
    if (kind === 'import-dir' && path !== undefined) return importDirectory(path, values, terminal)
    if (kind === 'metadefs') return loadMetadefs(path, values, terminal)
  }
  throw new CommandError(terminal.text.badOption(terminal.text.imageUsage), 2)
}
