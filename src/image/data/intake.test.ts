import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createIntake, TooLargeError } from './intake.ts'

async function* cut(data: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += length) yield await Promise.resolve(data.subarray(at, at + length))
}

/** Reads as a store does: what it gets it copies before it asks for more. */
const drain = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of source) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

const MIB = 1024 * 1024

describe('intake', () => {
  it.each([
    [0, 10],
    [1, 10],
    [1000, 64],
    [MIB - 1, 65_536],
    [MIB, 65_536],
    [MIB + 1, 65_537],
    [6 * MIB, MIB],
    [27 * MIB + 77, 9 * MIB + 5],
    [5 * MIB + 3, 4093],
  ])('passes %d bytes in chunks of %d as they are, and knows their hashes', async (size, chunk) => {
    const data = randomBytes(size)
    const intake = createIntake(cut(data, chunk), size)
    expect((await drain(intake.bytes)).equals(data)).toBe(true)
    expect(intake.facts()).toMatchObject({
      size,
      checksum: createHash('md5').update(data).digest('hex'),
      hash: createHash('sha512').update(data).digest('hex'),
    })
  })

  it('hashes many at once', async () => {
    const all = Array.from({ length: 6 }, (_, at) => randomBytes(3 * MIB + at))
    const checksums = await Promise.all(
      all.map(async (data) => {
        const intake = createIntake(cut(data, 65_536), data.length)
        await drain(intake.bytes)
        return intake.facts().checksum
      }),
    )
    expect(checksums).toEqual(all.map((data) => createHash('md5').update(data).digest('hex')))
  })

  it.each([100, 3 * MIB])('refuses one byte more than %d', async (limit) => {
    const intake = createIntake(cut(Buffer.alloc(limit + 1), 65_536), limit)
    await expect(drain(intake.bytes)).rejects.toThrow(TooLargeError)
    expect(() => intake.facts()).toThrow('not been read to its end')
  })

  it('breaks off where the source or the reader does, and the next one is as good', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.alloc(3 * MIB))
      throw new Error('gone')
    }
    await expect(drain(createIntake(broken(), 10 * MIB).bytes)).rejects.toThrow('gone')
    for await (const part of createIntake(cut(Buffer.alloc(20 * MIB), 65_536), 20 * MIB).bytes) {
      expect(part.length).toBe(2 * MIB)
      break
    }
    const data = randomBytes(2 * MIB)
    const intake = createIntake(cut(data, 65_536), data.length)
    await drain(intake.bytes)
    expect(intake.facts().checksum).toBe(createHash('md5').update(data).digest('hex'))
  })
})
