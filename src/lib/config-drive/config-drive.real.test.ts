import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '#lib/exec/run.ts'
import { writeConfigDrive } from './config-drive.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'haneul-cd-test-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('the drive carries its label and its files', async () => {
  const out = path.join(directory, 'disk.config')
  const content = Buffer.from('{"hostname": "하늘"}')
  await writeConfigDrive([{ path: 'openstack/latest/meta_data.json', content }], out)
  expect((await run(['blkid', '-o', 'value', '-s', 'LABEL', out])).stdout.trim()).toBe('config-2')
  const copy = path.join(directory, 'copy')
  await run(['xorriso', '-osirrox', 'on', '-indev', out, '-extract', '/openstack/latest/meta_data.json', copy])
  expect((await run(['cat', copy])).stdout).toBe(content.toString())
  expect(await readdir(directory)).toEqual(['copy', 'disk.config'])
})

test.each(['../escape', '/absolute', 'a//b', 'a/../b', ''])('%s is no path on a drive', async (name) => {
  const out = path.join(directory, 'disk.config')
  await expect(writeConfigDrive([{ path: name, content: Buffer.from('') }], out)).rejects.toThrow('not a path')
  expect(await readdir(directory)).toEqual([])
})
