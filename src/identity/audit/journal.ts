// Where audit events go: a file with one notification a line, in the form in which oslo.messaging sends them. It never grows beyond its
// limit: a full file becomes `<file>.1` in the place of the one before.

import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#platform/log.ts'

export type Journal = {
  /** Adds a line; it is on the disk within moments. */
  readonly write: (line: object) => void
  /** Waits for what was written. */
  readonly close: () => Promise<void>
}

/** What waits for the disk is dropped beyond this many lines, and said so in the log: a full disk must not fill the memory. */
const MOST_WAITING = 10_000
/** Lines of this many milliseconds go to the disk together. */
const TOGETHER_MS = 25

/** @param file absolute path @param mostBytes of one file */
export function openJournal(file: string, mostBytes: number, log: Log): Journal {
  let waiting: string[] = []
  let lost = 0
  let size: number | undefined
  let writing: Promise<void> | undefined

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      await sleep(TOGETHER_MS)
      const text = waiting.join('')
      waiting = []
      try {
        if (size === undefined) {
          await mkdir(path.dirname(file), { recursive: true })
          size = await stat(file).then(
            (known) => known.size,
            () => 0,
          )
        }
        if (size > 0 && size + Buffer.byteLength(text) > mostBytes) {
          await rename(file, `${file}.1`)
          size = 0
        }
        await appendFile(file, text, { mode: 0o600 })
        size += Buffer.byteLength(text)
      } catch (error) {
        size = undefined
        log.error({ err: error }, 'audit events were lost')
      }
      if (lost > 0) log.error({ count: lost }, 'audit events were lost')
      lost = 0
    }
  }

  return {
    write: (line) => {
      if (waiting.length >= MOST_WAITING) {
        lost += 1
        return
      }
      waiting.push(`${JSON.stringify(line)}\n`)
      writing ??= flush().finally(() => (writing = undefined))
    },
    close: async () => {
      await writing
    },
  }
}
