import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { parseOptions, pathsOf, stateOption } from '../options.ts'
import type { StatePaths } from '../state/paths.ts'
import { CommandError, type Terminal } from '../terminal.ts'

/** Prints the end of every log or of one, and with `-f` what is added to it. */
export async function logs(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(
    argv,
    { ...stateOption, follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n', default: '200' } },
    terminal,
  )
  const [wanted] = positionals
  if (!/^\d+$/.test(values.lines)) throw new CommandError(terminal.text.badOption(`-n ${values.lines}`), 2)
  const files = await logFiles(pathsOf(values), wanted, terminal)
  const follow = values.follow === true ? ['-F'] : []
  return new Promise((resolve, reject) => {
    const tail = spawn('tail', ['-n', values.lines, ...follow, '--', ...files], { stdio: 'inherit' })
    tail.once('error', reject)
    tail.once('close', (code) => resolve(code ?? 0))
  })
}

async function logFiles(paths: StatePaths, wanted: string | undefined, terminal: Terminal): Promise<string[]> {
  const names = await readdir(paths.log).catch(() => undefined)
  if (names === undefined) throw new CommandError(terminal.text.notUp(paths.directory))
  const found = names.filter((name) => name.endsWith('.log') && (wanted === undefined || name === `${wanted}.log`))
  if (found.length === 0) throw new CommandError(terminal.text.noLogs(wanted ?? '*'))
  return found.map((name) => path.join(paths.log, name))
}
