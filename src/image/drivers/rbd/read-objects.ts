// A part of an RBD image straight from the objects that hold it: the `rbd` tool can only begin at the beginning.
import { run, RunError } from '#lib/exec/run.ts'
import type { ByteRange } from '../driver.ts'

const TIMEOUT_MS = 60_000

/** Where the data of an image is: one object for every `objectSize` bytes, none where there is nothing. */
export type ObjectMap = { readonly prefix: string; readonly objectSize: number }

/**
 * Gives the part that a range names, an object at a time while the next one is fetched.
 * @param rados the command up to its verb, pool and all
 * @throws RunError
 */
export async function* readObjects(
  rados: readonly [string, ...string[]],
  { prefix, objectSize }: ObjectMap,
  { start, end }: ByteRange,
): AsyncGenerator<Buffer, undefined> {
  const fetch = (number: number): Promise<Buffer> => {
    const object = getObject(rados, `${prefix}.${number.toString(16).padStart(16, '0')}`, objectSize)
    // Whoever comes to it hears of a failure; until then it is nobody's.
    object.catch(() => undefined)
    return object
  }
  const last = Math.floor(end / objectSize)
  let number = Math.floor(start / objectSize)
  let coming = fetch(number)
  for (; number <= last; number += 1) {
    const object = await coming
    if (number < last) coming = fetch(number + 1)
    const from = Math.max(0, start - number * objectSize)
    const to = Math.min(objectSize, end + 1 - number * objectSize)
    const part = object.subarray(from, to)
    yield part
    // An object ends with the last of its bytes that was written.
    if (part.length < to - from) yield Buffer.alloc(to - from - part.length)
  }
  return undefined
}

/** The bytes of an object, none where there is no such object. @throws RunError */
const getObject = async (rados: readonly [string, ...string[]], name: string, size: number): Promise<Buffer> => {
  try {
    const options = { timeoutMs: TIMEOUT_MS, maxOutputBytes: size, encoding: 'latin1' } as const
    const { stdout } = await run([...rados, 'get', name, '-'], options)
    return Buffer.from(stdout, 'latin1')
  } catch (error) {
    // Every failure has the same exit code.
    if (error instanceof RunError && error.stderr.includes('(2) No such file or directory')) return Buffer.alloc(0)
    throw error
  }
}
