import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { decompress, detectCompression } from './decompress.ts'
import { lhaOf } from './lha.fixture.ts'

const directory = mkdtempSync(join(tmpdir(), 'lha-'))
afterAll(() => rmSync(directory, { recursive: true }))

const DATA = Buffer.from('what an image holds, '.repeat(10_000))
const file = join(directory, 'archive')
const unpack = async (archive: Uint8Array): Promise<Buffer> => {
  writeFileSync(file, archive)
  const parts: Buffer[] = []
  for await (const part of decompress(file, 'lha', new AbortController().signal)) parts.push(part)
  return Buffer.concat(parts)
}

it('an archive of LHA gives its only file, whatever its name', async () => {
  for (const name of ['disk', '../../etc/passwd', 'two\nlines']) {
    expect((await unpack(lhaOf([{ name, data: DATA }]))).equals(DATA)).toBe(true)
    expect(await detectCompression(file)).toBe('lha')
  }
})

it('one of several files is refused', async () => {
  const files = ['a', 'b'].map((name) => ({ name, data: DATA }))
  await expect(unpack(lhaOf(files))).rejects.toThrow('Archive contains more than one file.')
})

it('one that is cut or damaged is an error in words', async () => {
  const whole = lhaOf([{ name: 'disk', data: DATA }])
  const damaged = Buffer.from(whole).fill(0xff, 3000, 4000)
  for (const archive of [whole.subarray(0, 5000), whole.subarray(0, 15), damaged]) {
    await expect(unpack(archive)).rejects.toThrow('The data is no whole LHA archive.')
  }
})
