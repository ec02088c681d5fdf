import { expect, test } from 'vitest'
import { RunError } from './run.ts'
import { streamOf } from './stream.ts'

const collect = async (source: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts).toString()
}
const failureOf = (source: AsyncIterable<Buffer>): Promise<unknown> =>
  collect(source).then(
    () => 'none',
    (error: unknown) => (error instanceof RunError ? error.failure : error),
  )

test('output comes as the program writes it, arguments as they are', async () => {
  expect(await collect(streamOf(['printf', '%s|', 'a b', '$(id)'], { timeoutMs: 10_000 }))).toBe('a b|$(id)|')
  expect((await collect(streamOf(['head', '-c', '3000000', '/dev/zero'], { timeoutMs: 10_000 }))).length).toBe(
    3_000_000,
  )
})

test('a program that fails, does not exist, or takes too long is an error', async () => {
  expect(await failureOf(streamOf(['ls', '/no/such/place'], { timeoutMs: 10_000 }))).toBe('exit')
  expect(await failureOf(streamOf(['no-such-program-here'], { timeoutMs: 10_000 }))).toBe('spawn')
  expect(await failureOf(streamOf(['sleep', '60'], { timeoutMs: 50 }))).toBe('timeout')
  const abort = new AbortController()
  const failure = failureOf(streamOf(['sleep', '60'], { timeoutMs: 10_000, signal: abort.signal }))
  abort.abort()
  expect(await failure).toBe('aborted')
})

test('a reader that stops early ends a program that would not', async () => {
  for await (const chunk of streamOf(['yes'], { timeoutMs: 10_000 })) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
})
