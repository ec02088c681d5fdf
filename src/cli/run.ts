import { doctor } from './commands/doctor.ts'
import { down } from './commands/down.ts'
import { identity } from './commands/identity/identity.ts'
import { image } from './commands/image/command.ts'
import { logs } from './commands/logs.ts'
import { openrc } from './commands/openrc.ts'
import { status } from './commands/status.ts'
import { test } from './commands/test.ts'
import { explain } from './commands/explain.ts'
import { trace } from './commands/trace.ts'
import { up } from './commands/up.ts'
import { withMounts } from './commands/with-mounts.ts'
import { CommandError, createTerminal, type Terminal } from './terminal.ts'

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>

const commands: Readonly<Record<string, Command>> = {
  up,
  down,
  status,
  openrc,
  logs,
  doctor,
  identity,
  image,
  explain,
  trace,
  test,
  help,
  'with-mounts': withMounts,
}

/** Runs an operator's command (`argv` without node and script) and gives its exit code. */
export async function runCli(argv: string[]): Promise<number> {
  const terminal = createTerminal(process.stdin, process.stdout, process.stderr, process.env)
  const [name = 'help', ...rest] = argv
  try {
    if (name === '--help' || name === '-h') return await help([], terminal)
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) {
      throw new CommandError(`${terminal.text.unknownCommand(name)}\n\n${terminal.text.usage}`, 2)
    }
    if (rest.includes('--help') || rest.includes('-h')) return await help([], terminal)
    return await command(rest, terminal)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    terminal.note(error.message)
    return error.exitCode
  }
}

async function help(_argv: readonly string[], terminal: Terminal): Promise<number> {
  terminal.say(terminal.text.usage)
  return 0
}
