import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createInspector, type Inspection } from './inspect.ts'

// The images QEMU itself writes: each must be known by its name and size, and the dangerous ones refused.
const directory = mkdtempSync(join(tmpdir(), 'image-format-'))
afterAll(() => rmSync(directory, { recursive: true }))

const inspectFile = async (path: string): Promise<Inspection> => {
  const inspector = createInspector()
  for await (const chunk of createReadStream(path)) {
    if (Buffer.isBuffer(chunk)) inspector.feed(chunk)
  }
  return inspector.finish()
}

const create = (name: string, args: string[]): string => {
  const path = join(directory, name)
  execFileSync('qemu-img', ['create', '-q', ...args, path, '10M'])
  return path
}

describe('images made by qemu-img', () => {
  it.each([
    ['qcow2', ['-f', 'qcow2'], 'qcow2'],
    ['qcow2-v2', ['-f', 'qcow2', '-o', 'compat=0.10'], 'qcow2'],
    ['qcow2-zstd', ['-f', 'qcow2', '-o', 'compression_type=zstd'], 'qcow2'],
    ['qcow2-small', ['-f', 'qcow2', '-o', 'cluster_size=512'], 'qcow2'],
    ['vmdk', ['-f', 'vmdk'], 'vmdk'],
    ['vdi', ['-f', 'vdi'], 'vdi'],
    ['vhd', ['-f', 'vpc', '-o', 'force_size=on'], 'vhd'],
    ['vhdx', ['-f', 'vhdx'], 'vhdx'],
    ['raw', ['-f', 'raw'], 'raw'],
  ])('knows %s', async (name, args, format) => {
    const inspection = await inspectFile(create(name, args))
    expect(inspection).toMatchObject({ format, virtualSize: 10 * 2 ** 20, problems: [] })
  })

  it('knows a stream-optimised vmdk', async () => {
    const raw = join(directory, 'source')
    writeFileSync(raw, Buffer.alloc(3 * 2 ** 20, 5))
    const path = join(directory, 'stream.vmdk')
    execFileSync('qemu-img', ['convert', '-O', 'vmdk', '-o', 'subformat=streamOptimized', raw, path])
    expect(await inspectFile(path)).toMatchObject({ format: 'vmdk', virtualSize: 3 * 2 ** 20, problems: [] })
  })

  it('refuses backing files, data files, encryption and flat extents', async () => {
    const base = create('base', ['-f', 'qcow2'])
    const over = create('over', ['-f', 'qcow2', '-b', base, '-F', 'qcow2'])
    expect((await inspectFile(over)).problems.map(({ check }) => check)).toEqual(['backing_file'])
    const external = create('external', ['-f', 'qcow2', '-o', `data_file=${join(directory, 'data')}`])
    expect((await inspectFile(external)).problems.map(({ check }) => check)).toEqual(['data_file'])
    // AES rather than LUKS: its key derivation takes no time.
    const secret = ['--object', 'secret,id=s,data=abc', '-o', 'encrypt.format=aes,encrypt.key-secret=s']
    const encrypted = create('encrypted', ['-f', 'qcow2', ...secret])
    expect((await inspectFile(encrypted)).problems.map(({ check }) => check)).toEqual(['encryption'])
    const flat = create('flat.vmdk', ['-f', 'vmdk', '-o', 'subformat=monolithicFlat'])
    expect((await inspectFile(flat)).problems.map(({ check }) => check)).toEqual(['descriptor'])
    const backed = join(directory, 'backed.vmdk')
    execFileSync('qemu-img', [
      'create',
      '-q',
      '-f',
      'vmdk',
      '-b',
      create('b.vmdk', ['-f', 'vmdk']),
      '-F',
      'vmdk',
      backed,
    ])
    expect((await inspectFile(backed)).problems.length).toBeGreaterThan(0)
  })
})
