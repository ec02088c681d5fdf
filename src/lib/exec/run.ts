// Runs a program from an argument array. There is no shell in between, so nothing in an argument is ever interpreted.
import { spawn } from 'node:child_process'

export interface RunOptions {
  /** Killed after this many milliseconds; default 60 000. */
  timeoutMs?: number
  signal?: AbortSignal
  /** Written to the program's standard input, which is empty otherwise. */
  input?: string | Uint8Array
  /** Killed when stdout or stderr grows past this; default 16 MiB. */
  maxOutputBytes?: number
  /** The whole environment of the program; default: ours. */
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** How to read stdout; `latin1` keeps bytes as they are. Default `utf8`. */
  encoding?: 'utf8' | 'latin1'
  /** Exit codes that are an answer, not a failure; default [0]. */
  acceptCodes?: readonly number[]
}

export interface RunResult {
  code: number
  stdout: string
  stderr: string
}

export type RunFailure = 'exit' | 'killed' | 'timeout' | 'aborted' | 'output' | 'spawn'

/** A program that could not be run, was stopped, or ended with a code that was not accepted. Arguments appear in the message: never pass secrets as arguments. */
export class RunError extends Error {
  readonly argv: readonly string[]
  readonly failure: RunFailure
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string

  constructor(argv: readonly string[], failure: RunFailure, code: number | undefined, stdout: string, stderr: string) {
    super(`${argv.join(' ')}: ${describe(failure, code)}${stderr === '' ? '' : `: ${tail(stderr)}`}`)
    this.name = 'RunError'
    this.argv = argv
    this.failure = failure
    this.code = code
    this.stdout = stdout
    this.stderr = stderr
  }
}

function describe(failure: RunFailure, code: number | undefined): string {
  switch (failure) {
    case 'exit':
      return `exit code ${code ?? '?'}`
    case 'killed':
      return 'killed by a signal'
    case 'timeout':
      return 'took too long'
    case 'aborted':
      return 'aborted'
    case 'output':
      return 'wrote too much output'
    case 'spawn':
      return 'could not be started'
  }
}

function tail(text: string): string {
  const trimmed = text.trim()
  return trimmed.length <= 500 ? trimmed : `…${trimmed.slice(-500)}`
}

/** Runs `argv[0]` with the rest as its arguments; resolves with what it wrote, rejects with {@link RunError}. */
export function run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
  const [file, ...args] = argv
  const limit = options.maxOutputBytes ?? 16 * 1024 * 1024
  const accepted = options.acceptCodes ?? [0]
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let stopped: RunFailure | undefined
    let settled = false

    const settle = (failure: RunFailure | undefined, code: number | undefined, note = ''): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      const out = Buffer.concat(stdout).toString(options.encoding ?? 'utf8')
      const err = Buffer.concat(stderr).toString('utf8') + note
      if (failure === undefined) resolve({ code: code ?? 0, stdout: out, stderr: err })
      else reject(new RunError(argv, failure, code, out, err))
    }
    // A grandchild may hold the pipes open after the kill: do not wait for them to close.
    const stop = (failure: RunFailure): void => {
      stopped ??= failure
      child.kill('SIGKILL')
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const abort = (): void => stop('aborted')
    const timer = setTimeout(() => stop('timeout'), options.timeoutMs ?? 60_000)

    const collect = (chunks: Buffer[]): ((chunk: Buffer) => void) => {
      let size = 0
      return (chunk) => {
        size += chunk.length
        if (size > limit) stop('output')
        else chunks.push(chunk)
      }
    }
    child.stdout.on('data', collect(stdout))
    child.stderr.on('data', collect(stderr))
    child.stdin.on('error', () => {}) // the program may end without reading its input
    child.on('error', (error) => settle('spawn', undefined, error.message))
    child.on('close', (code) => {
      if (stopped !== undefined) settle(stopped, code ?? undefined)
      else if (code === null) settle('killed', undefined)
      else settle(accepted.includes(code) ? undefined : 'exit', code)
    })
    if (options.signal?.aborted === true) abort()
    else options.signal?.addEventListener('abort', abort, { once: true })
    child.stdin.end(options.input ?? '')
  })
}
