import type { Terminal } from '../../terminal.ts'
import { CommandError } from '../../terminal.ts'
import { bootstrap } from './bootstrap.ts'
import { importKeystone } from './import.ts'
import { purgeMappings } from './mapping-purge.ts'
import { rotateCredentialKeys, rotateTokenKeys } from './rotate.ts'

const commands: Readonly<Record<string, (argv: readonly string[], terminal: Terminal) => Promise<number>>> = {
  bootstrap,
  import: importKeystone,
  'fernet-rotate': rotateTokenKeys,
  'credential-rotate': rotateCredentialKeys,
  'mapping-purge': purgeMappings,
}

/** `identity COMMAND`: what is done to identity by hand. */
export async function identity(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = argv
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw new CommandError(terminal.text.identity.usage, 2)
  return command(rest, terminal)
}
