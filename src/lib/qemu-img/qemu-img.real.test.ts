import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '#lib/exec/run.ts'
import { convertDisk, createOverlay, diskInfo, resizeDisk } from './qemu-img.ts'

const mib = 1024 * 1024
let directory: string
const at = (name: string): string => path.join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'haneul-img-'))
  await writeFile(at('base.raw'), 'contents of the base')
  await truncate(at('base.raw'), 2 * mib)
})
afterAll(() => rm(directory, { recursive: true }))

test('an overlay is as large as asked for and names its base', async () => {
  await createOverlay(at('disk'), at('base.raw'), 'raw', 8 * mib)
  const info = await diskInfo(at('disk'), 'qcow2')
  expect(info).toMatchObject({ format: 'qcow2', virtualSize: 8 * mib, backingFile: at('base.raw') })
  await resizeDisk(at('disk'), 'qcow2', 16 * mib)
  expect((await diskInfo(at('disk'), 'qcow2')).virtualSize).toBe(16 * mib)
})

test('a converted disk holds the same bytes and no base', async () => {
  await convertDisk(at('base.raw'), 'raw', at('copy.qcow2'), 'qcow2')
  expect(await diskInfo(at('copy.qcow2'), 'qcow2')).toMatchObject({ virtualSize: 2 * mib, backingFile: undefined })
  await run(['qemu-img', 'compare', '-q', '-f', 'raw', '-F', 'qcow2', at('base.raw'), at('copy.qcow2')])
})

test('a raw disk that a guest made look like a qcow2 stays raw', async () => {
  await run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-u', '-b', '/etc/passwd', '-F', 'raw', at('trap'), '1M'])
  const info = await diskInfo(at('trap'), 'raw')
  expect([info.format, info.backingFile]).toEqual(['raw', undefined])
  expect((await diskInfo(at('trap'), 'qcow2')).backingFile).toBe('/etc/passwd')
})

test('paths that QEMU would read as protocols are refused', async () => {
  await expect(diskInfo('nbd:localhost:10809', 'raw')).rejects.toThrow('not an absolute path')
  await expect(createOverlay(at('x'), 'json:{}', 'raw', mib)).rejects.toThrow('not an absolute path')
})
