import { type Static, Type } from 'typebox'
import { build } from '#compute/servers/explain.ts'
import { askController } from '../operator.ts'
import { parseOptions, pathsOf, stateOption } from '../options.ts'
import { readHostConfig } from '../state/config-file.ts'
import { CommandError, type Terminal } from '../terminal.ts'

/** Tells why a server is on its host, or which filter left none; exit code 1 where nothing is known of it. */
export async function explain(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, { ...stateOption, json: { type: 'boolean' } }, terminal)
  const [kind, serverId, ...extra] = positionals
  if (kind !== 'server' || serverId === undefined || extra.length > 0) {
    throw new CommandError(terminal.text.explainUsage, 2)
  }
  const paths = pathsOf(values)
  if ((await readHostConfig(paths, terminal)) === undefined)
    throw new CommandError(terminal.text.notUp(paths.directory))
  const builds = await askController(paths, terminal, 'explain', { serverId }, Type.Array(build))
  if (values.json === true) terminal.say(JSON.stringify(builds, null, 2))
  else for (const line of builds.flatMap((each) => linesOf(each, terminal))) terminal.say(line)
  if (builds.length > 0) return 0
  terminal.note(terminal.text.explainNothing(serverId))
  return 1
}

function linesOf({ startedAt, result, host, decision, reason }: Static<typeof build>, { text }: Terminal): string[] {
  const { trail = [], best = [] } = decision ?? {}
  return [
    `${new Date(startedAt).toISOString()}  ${result ?? '…'}${host === null ? '' : ` @ ${host}`}`,
    ...trail.map(({ step, left }) => `    ${text.explainStep(step, left)}`),
    ...best.map((each, index) => `    ${index + 1}. ${text.explainHost(each.host, each.freeMb)}`),
    ...(reason === null ? [] : [`    ${reason}`]),
  ]
}
