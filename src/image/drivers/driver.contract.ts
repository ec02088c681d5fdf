// What every store of images keeps to. A new store runs this against the real thing.
import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImageStore } from './driver.ts'

/** A store of its own for one test, and how to be rid of it. */
export type OpenStore = () => Promise<{ readonly store: ImageStore; readonly close: () => Promise<void> }>

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part)
}

async function* broken(part: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(part)
  throw new Error('the source broke')
}

const readAll = async (store: ImageStore, name: string, range?: { start: number; end: number }) => {
  const source = await store.read(name, range)
  if (source === undefined) return undefined
  const parts: Buffer[] = []
  for await (const part of source) if (Buffer.isBuffer(part)) parts.push(part)
  return Buffer.concat(parts)
}

/** The tests of a store. */
export function storeContract(title: string, openStore: OpenStore): void {
  describe(`${title} as a store of images`, () => {
    let store: ImageStore
    let close: () => Promise<void>
    beforeEach(async () => {
      ;({ store, close } = await openStore())
    })
    afterEach(() => close())

    it('gives back what it took, whole and in parts', async () => {
      const name = randomUUID()
      const data = randomBytes(11_000_000)
      await store.write(name, chunks(data.subarray(0, 1), data.subarray(1, 2_500_000), data.subarray(2_500_000)))
      expect(await store.sizeOf(name)).toBe(data.length)
      expect((await readAll(store, name))?.equals(data)).toBe(true)
      expect(await readAll(store, name, { start: 0, end: 0 })).toEqual(data.subarray(0, 1))
      const middle = await readAll(store, name, { start: 1_048_575, end: 2_097_152 })
      expect(middle?.equals(data.subarray(1_048_575, 2_097_153))).toBe(true)
      expect(await store.list()).toEqual([name])
    })

    it('gives parts of what is mostly empty', async () => {
      const name = randomUUID()
      const data = Buffer.alloc(27_000_001)
      randomBytes(1_000_000).copy(data, 0)
      randomBytes(1000).copy(data, 17_000_000)
      await store.write(name, chunks(data.subarray(0, 9_000_000), data.subarray(9_000_000)))
      for (const [start, end] of [
        [999_000, 17_000_999],
        [8_388_607, 8_388_608],
        [16_777_216, 25_165_823],
        [26_999_999, 27_000_000],
      ] as const) {
        const part = await readAll(store, name, { start, end })
        expect([start, part?.equals(data.subarray(start, end + 1))]).toEqual([start, true])
      }
    })

    it('keeps an object of no bytes', async () => {
      const name = randomUUID()
      await store.write(name, chunks())
      expect([await store.sizeOf(name), await readAll(store, name)]).toEqual([0, Buffer.alloc(0)])
    })

    it('knows nothing of what it never had', async () => {
      const name = randomUUID()
      expect([await store.sizeOf(name), await store.read(name), await store.list()]).toEqual([undefined, undefined, []])
      await store.remove(name)
    })

    it('shows nothing of what is not finished, and keeps nothing of what breaks off', async () => {
      const name = randomUUID()
      let seen: unknown = 'nothing was looked at'
      async function* watched(): AsyncGenerator<Uint8Array> {
        yield randomBytes(2_000_000)
        seen = [await store.sizeOf(name), await store.list()]
        throw new Error('the source broke')
      }
      await expect(store.write(name, watched())).rejects.toThrow('the source broke')
      expect(seen).toEqual([undefined, []])
      expect([await store.sizeOf(name), await store.list()]).toEqual([undefined, []])
    })

    it('keeps what was there where a new write breaks off, and replaces it where it does not', async () => {
      const name = randomUUID()
      await store.write(name, chunks(Buffer.from('old')))
      await expect(store.write(name, broken(Buffer.from('never')))).rejects.toThrow()
      expect(String(await readAll(store, name))).toBe('old')
      await store.write(name, chunks(Buffer.from('newer')))
      expect(String(await readAll(store, name))).toBe('newer')
    })

    it('removes, also twice, while somebody reads on', async () => {
      const name = randomUUID()
      const data = randomBytes(2_000_000)
      await store.write(name, chunks(data))
      const reader = await store.read(name)
      await store.remove(name)
      await store.remove(name)
      expect(await store.sizeOf(name)).toBeUndefined()
      const parts: Buffer[] = []
      for await (const part of reader ?? []) if (Buffer.isBuffer(part)) parts.push(part)
      expect(Buffer.concat(parts).equals(data)).toBe(true)
    })

    it('takes several objects at once', async () => {
      const names = Array.from({ length: 8 }, () => randomUUID())
      await Promise.all(names.map((name) => store.write(name, chunks(Buffer.from(name)))))
      expect((await store.list()).toSorted()).toEqual(names.toSorted())
      for (const name of names) expect(String(await readAll(store, name))).toBe(name)
    })

    it('sweeping leaves what is finished', async () => {
      const name = randomUUID()
      await store.write(name, chunks(Buffer.from('data')))
      await store.sweep(Number.MAX_SAFE_INTEGER)
      expect(String(await readAll(store, name))).toBe('data')
    })

    it.each(['../escape', '/etc/passwd', 'not-a-uuid', ''])('refuses the name %j', async (name) => {
      await expect(store.write(name, chunks(Buffer.from('x')))).rejects.toThrow()
    })
  })
}
