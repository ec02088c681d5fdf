import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '#platform/errors.ts'
import { logFile } from '../processes/daemon.ts'
import { expectedDaemons } from '../processes/expected.ts'
import { runningProcess } from '../processes/pid-file.ts'
import type { HostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import type { Terminal } from '../terminal.ts'

const lookMs = 1000
/** The longest wait before what keeps ending is started once more. */
const longestPauseMs = 30_000

/** Shows the controller's log, and has `start` bring back whatever ends by itself, until Ctrl-C or SIGTERM. */
export async function stayInForeground(
  paths: StatePaths,
  config: HostConfig,
  start: () => Promise<void>,
  terminal: Terminal,
): Promise<void> {
  terminal.note(terminal.text.following)
  const tail = spawn('tail', ['-n', '0', '-F', '--', logFile(paths, 'controller')], {
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  const asked = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort())
  const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal: asked.signal }).catch(() => undefined)
  let pauseMs = lookMs
  try {
    while (!asked.signal.aborted) {
      await pause(lookMs)
      const gone = asked.signal.aborted ? [] : await endedDaemons(paths, config)
      if (gone.length === 0) {
        pauseMs = Math.max(lookMs, pauseMs - lookMs)
        continue
      }
      terminal.note(terminal.text.startedAgain(gone.join(', ')))
      // What fails now may succeed the next time: more may have ended meanwhile.
      await start().catch((error: unknown) => terminal.note(messageOf(error)))
      await pause(pauseMs)
      pauseMs = Math.min(longestPauseMs, pauseMs * 2)
    }
  } finally {
    tail.kill()
  }
}

async function endedDaemons(paths: StatePaths, config: HostConfig): Promise<string[]> {
  const names = expectedDaemons(config)
  const running = await Promise.all(names.map((name) => runningProcess(paths.run, name)))
  return names.filter((_, index) => running[index] === undefined)
}
