// Entry of every role. Each is loaded only when asked for, so that a command starts in milliseconds.
import { parseArgs } from 'node:util'

async function main(argv: readonly string[]): Promise<number> {
  const [role, ...rest] = argv
  if (role !== 'controller' && role !== 'agent') return (await import('./cli/run.ts')).runCli([...argv])
  const { values } = parseArgs({ args: rest, options: { state: { type: 'string' } } })
  if (values.state === undefined) throw new Error(`${role} needs --state DIR`)
  const { readConfig } = await import('#platform/config.ts')
  if (role === 'controller') await (await import('./controller.ts')).runController(readConfig(values.state))
  else await (await import('./agent/run.ts')).runAgent(readConfig(values.state))
  return 0
}

process.exitCode = await main(process.argv.slice(2))
