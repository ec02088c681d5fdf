import type { Static } from 'typebox'
import { story } from '../../operator/trace.ts'
import { askController } from '../operator.ts'
import { parseOptions, pathsOf, stateOption } from '../options.ts'
import { readHostConfig } from '../state/config-file.ts'
import { CommandError, type Terminal } from '../terminal.ts'

type Story = Static<typeof story>

/** Tells the story of a request by its id, `req-…`; exit code 1 where nothing is known of it. */
export async function trace(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, { ...stateOption, json: { type: 'boolean' } }, terminal)
  const [requestId, ...extra] = positionals
  if (requestId === undefined || extra.length > 0) throw new CommandError(terminal.text.traceUsage, 2)
  const paths = pathsOf(values)
  if ((await readHostConfig(paths, terminal)) === undefined)
    throw new CommandError(terminal.text.notUp(paths.directory))
  const told = await askController(paths, terminal, 'trace', { requestId }, story)
  if (values.json === true) terminal.say(JSON.stringify(told, null, 2))
  else for (const line of linesOf(told)) terminal.say(line)
  if (told.actions.length + told.work.length > 0) return 0
  terminal.note(terminal.text.traceNothing(requestId))
  return 1
}

function linesOf({ actions, work }: Story): string[] {
  const when = (begun: number, ended: number | null): string =>
    `${new Date(begun).toISOString()}  ${ended === null ? '…' : `${((ended - begun) / 1000).toFixed(2)} s`}`
  return [
    ...actions.map(
      ({ action, serverId, host, result, startedAt, finishedAt }) =>
        `${when(startedAt, finishedAt)}  ${action} server/${serverId}${host === null ? '' : ` @ ${host}`}: ${result ?? '…'}`,
    ),
    ...work.flatMap((each) => [
      `${when(each.startedAt, each.finishedAt)}  ${each.name} ${each.resource}: ${each.status}`,
      `    ${each.steps.map((name, index) => `${signOf(each, index)} ${name}`).join('   ')}`,
      ...(each.failure === null ? [] : [`    ${each.failure}`]),
    ]),
  ]
}

/** ✔ done, ↩ undone or being undone, · not reached. */
function signOf({ status, step }: Story['work'][number], index: number): string {
  if (status === 'running' || status === 'done') return index < step ? '✔' : '·'
  return index <= step ? '✔' : '↩'
}
