import { expect, test } from 'vitest'
import { RunError, run } from './run.ts'

async function failureOf(promise: Promise<unknown>): Promise<RunError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof RunError)) throw new Error('expected a RunError')
  return error
}

test('arguments reach the program as they are, without a shell', async () => {
  const result = await run(['printf', '%s|', 'a b', '$(id)', '; rm -rf x', '"'])
  expect(result).toEqual({ code: 0, stdout: 'a b|$(id)|; rm -rf x|"|', stderr: '' })
})

test('input goes to standard input', async () => {
  expect((await run(['cat'], { input: 'héllo' })).stdout).toBe('héllo')
})

test('a program that never reads its input is no error', async () => {
  expect((await run(['true'], { input: 'x'.repeat(1_000_000) })).code).toBe(0)
})

test('a failing program is an error with its arguments, code and last words', async () => {
  const error = await failureOf(run(['ls', '/no/such/place'], { env: { PATH: process.env['PATH'], LC_ALL: 'C' } }))
  expect(error.failure).toBe('exit')
  expect(error.code).toBe(2)
  expect(error.argv).toEqual(['ls', '/no/such/place'])
  expect(error.message).toContain('No such file or directory')
})

test('an accepted exit code is an answer', async () => {
  expect((await run(['false'], { acceptCodes: [0, 1] })).code).toBe(1)
})

test('a program that does not exist', async () => {
  const error = await failureOf(run(['no-such-program-here']))
  expect(error.failure).toBe('spawn')
  expect(error.message).toContain('ENOENT')
})

test('too slow, aborted, and too talkative programs are killed', async () => {
  expect((await failureOf(run(['sleep', '60'], { timeoutMs: 50 }))).failure).toBe('timeout')
  const abort = new AbortController()
  const running = failureOf(run(['sleep', '60'], { signal: abort.signal }))
  abort.abort()
  expect((await running).failure).toBe('aborted')
  expect((await failureOf(run(['sleep', '60'], { signal: AbortSignal.abort() }))).failure).toBe('aborted')
  expect((await failureOf(run(['yes'], { maxOutputBytes: 1000 }))).failure).toBe('output')
})

test('environment and directory are those given', async () => {
  expect((await run(['printenv', 'ONE'], { env: { PATH: process.env['PATH'], ONE: '1' } })).stdout).toBe('1\n')
  expect((await run(['pwd'], { cwd: '/' })).stdout).toBe('/\n')
})
