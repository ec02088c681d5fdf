import { open } from 'node:fs/promises'

/** As much of a console log as is ever sent. */
const maxBytes = 1024 * 1024

/** The last `lines` of a log, or of the last MiB of it; empty while there is none. */
export async function tailOfLog(file: string, lines: number | null): Promise<string> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (handle === undefined) return ''
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, maxBytes)
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await handle.read(buffer, 0, length, size - length)
    return lastLines(buffer.toString('utf8', 0, bytesRead), lines)
  } finally {
    await handle.close()
  }
}

/** The last `lines` of a text; a line break at its end does not begin another line. */
export function lastLines(text: string, lines: number | null): string {
  if (lines === null || lines < 0) return text
  if (lines === 0) return ''
  const all = text.split('\n')
  const ended = all.at(-1) === ''
  return all.slice(-(ended ? lines + 1 : lines)).join('\n')
}
