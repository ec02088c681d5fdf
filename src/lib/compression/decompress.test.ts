import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '#lib/exec/run.ts'
import { type Compression, CompressionError, decompress, detectCompression } from './decompress.ts'
import { zipOf } from './zip.fixture.ts'

const directory = mkdtempSync(join(tmpdir(), 'decompress-'))
afterAll(() => rmSync(directory, { recursive: true }))

const DATA = Buffer.from('what an image holds, '.repeat(10_000))
const forever = new AbortController().signal
let count = 0
const fileOf = (data: Uint8Array): string => {
  count += 1
  const file = join(directory, `file-${count}`)
  writeFileSync(file, data)
  return file
}
const xzOf = async (data: Uint8Array): Promise<Buffer> => {
  const file = fileOf(data)
  await run(['xz', '--keep', '--', file])
  return readFileSync(`${file}.xz`)
}
const unpack = async (file: string, kind: Compression): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of decompress(file, kind, forever)) parts.push(part)
  return Buffer.concat(parts)
}
const packers: readonly (readonly [Compression, (data: Uint8Array) => Buffer | Promise<Buffer>])[] = [
  ['gzip', (data) => gzipSync(data)],
  ['zstd', (data) => zstdCompressSync(data, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
  ['xz', xzOf],
  ['zip', (data) => zipOf([{ name: '../../etc/passwd', data }])],
]

describe.each(packers)('%s', (kind, pack) => {
  it('is told by its first bytes and gives back what was packed', async () => {
    const file = fileOf(await pack(DATA))
    expect(await detectCompression(file)).toBe(kind)
    const unpacked = kind === 'zip' ? unpack(fileOf(zipOf([{ name: 'disk', data: DATA }])), kind) : unpack(file, kind)
    expect((await unpacked).equals(DATA)).toBe(true)
  })

  it('that is cut or damaged is an error in words', async () => {
    const whole = await pack(DATA)
    await expect(unpack(fileOf(whole.subarray(0, whole.length - 20)), kind)).rejects.toThrow(CompressionError)
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 20, Math.floor(whole.length / 2))
    await expect(unpack(fileOf(damaged), kind)).rejects.toThrow(CompressionError)
  })
})

describe('an archive', () => {
  it('must hold exactly one file, by a name that leads nowhere else', async () => {
    const two = fileOf(
      zipOf([
        { name: 'a', data: DATA },
        { name: 'b', data: DATA },
      ]),
    )
    await expect(unpack(two, 'zip')).rejects.toThrow('Archive contains more than one file.')
    await expect(unpack(fileOf(zipOf([])), 'zip')).rejects.toThrow(CompressionError)
    await expect(unpack(fileOf(zipOf([{ name: '../x', data: DATA }])), 'zip')).rejects.toThrow(CompressionError)
  })

  it('of LHA is told by its first bytes, and nothing comes of it where it is none', async () => {
    const file = fileOf(Buffer.from('..-lh5-....'))
    expect(await detectCompression(file)).toBe('lha')
    await expect(unpack(file, 'lha')).rejects.toThrow(CompressionError)
  })
})

it('several frames in a row are one file', async () => {
  for (const [kind, pack] of packers.slice(0, 3)) {
    const file = fileOf(Buffer.concat([await pack(DATA), await pack(Buffer.from('and more'))]))
    expect((await unpack(file, kind)).toString().endsWith(', and more')).toBe(true)
  }
})

it('what is not compressed is told as that', async () => {
  for (const data of ['', 'P', 'plain', 'QFI\xfb']) {
    expect(await detectCompression(fileOf(Buffer.from(data, 'latin1')))).toBeUndefined()
  }
})

it('a reader that has seen enough ends it', async () => {
  for (const [kind, pack] of packers.slice(0, 3)) {
    const file = fileOf(await pack(Buffer.alloc(50_000_000)))
    for await (const part of decompress(file, kind, forever)) {
      expect(part.length).toBeLessThan(2_000_000)
      break
    }
  }
})
