import { parseOptions, pathsOf, refuseExtra, stateOption } from '../../options.ts'
import type { Terminal } from '../../terminal.ts'
import { withIdentity } from './open.ts'

/** `identity fernet-rotate`: they rotate by themselves as well. */
export async function rotate(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, stateOption, terminal)
  refuseExtra(positionals, terminal)
  const count = await withIdentity(pathsOf(values), terminal, (tools, ctx) => tools.rotateTokenKeys(ctx))
  terminal.say(terminal.text.identity.rotated(count))
  return 0
}
