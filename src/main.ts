// Entry of every role. Each is loaded only when asked for, so that a command starts in milliseconds.
import { runCli } from './cli/run.ts'

process.exitCode = await runCli(process.argv.slice(2))
