import { spawn } from 'node:child_process'
import { RunError } from './run.ts'

const MAX_WORDS = 4096

/**
 * What a program writes to its standard output, while it writes it: for more than memory holds. There is no shell.
 * Throws {@link RunError} where the program fails; a reader that stops early kills it.
 */
export async function* streamOf(
  argv: readonly [string, ...string[]],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): AsyncGenerator<Buffer, void> {
  const [file, ...args] = argv
  const signals = [AbortSignal.timeout(options.timeoutMs), ...(options.signal === undefined ? [] : [options.signal])]
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any(signals),
    killSignal: 'SIGKILL',
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk.toString('utf8')}`.slice(0, MAX_WORDS)
  })
  const ended = new Promise<{ code: number | null; error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }))
    child.once('close', (code) => resolve({ code }))
  })
  try {
    for await (const chunk of child.stdout) if (Buffer.isBuffer(chunk)) yield chunk
    const { code, error } = await ended
    if (code === 0) return
    if (signals[0]?.aborted === true) throw new RunError(argv, 'timeout', undefined, '', words)
    if (error !== undefined)
      throw new RunError(argv, child.pid === undefined ? 'spawn' : 'aborted', undefined, '', error.message)
    throw new RunError(argv, code === null ? 'killed' : 'exit', code ?? undefined, '', words)
  } finally {
    child.kill('SIGKILL')
  }
}
