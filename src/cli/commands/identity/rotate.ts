import type { IdentityTools } from '#identity/service.ts'
import type { Ctx } from '#platform/context.ts'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../../options.ts'
import type { Terminal } from '../../terminal.ts'
import { withIdentity } from './open.ts'

/** `identity fernet-rotate`: they rotate by themselves as well. */
export async function rotateTokenKeys(argv: readonly string[], terminal: Terminal): Promise<number> {
  const count = await rotate(argv, terminal, (tools, ctx) => tools.rotateTokenKeys(ctx))
  terminal.say(terminal.text.identity.rotated(count))
  return 0
}

/** `identity credential-rotate`: the same of the key that seals credentials. */
export async function rotateCredentialKeys(argv: readonly string[], terminal: Terminal): Promise<number> {
  const count = await rotate(argv, terminal, (tools, ctx) => tools.rotateCredentialKeys(ctx))
  terminal.say(terminal.text.identity.resealed(count))
  return 0
}

function rotate(
  argv: readonly string[],
  terminal: Terminal,
  work: (tools: IdentityTools, ctx: Ctx) => Promise<number>,
): Promise<number> {
  const { values, positionals } = parseOptions(argv, stateOption, terminal)
  refuseExtra(positionals, terminal)
  return withIdentity(pathsOf(values), terminal, work)
}
