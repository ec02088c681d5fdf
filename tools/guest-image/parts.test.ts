import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cpioArchive, cpioDirectory, cpioFile } from './cpio.ts'
import { masterBootRecord } from './disk.ts'
import { neededLibraries } from './elf.ts'
import { type KernelModule, modulesAlias, modulesDep } from './kernel-modules.ts'

test('a program names the libraries it needs; what is no ELF file needs none', () => {
  expect(neededLibraries(readFileSync('/bin/ls'))).toContain('libc.so.6')
  expect(neededLibraries(Buffer.from('#!/bin/sh\n'))).toEqual([])
})

test('the archive has the layout of newc: aligned records, and a trailer', () => {
  const archive = cpioArchive([
    { path: 'd', mode: cpioDirectory },
    { path: 'd/f', mode: cpioFile, content: Buffer.from('hello') },
  ])
  expect(archive.length % 4).toBe(0)
  const text = archive.toString('latin1')
  expect(text.startsWith('070701')).toBe(true)
  // 110 bytes of header, then the name with its NUL, padded to four.
  expect(text.slice(110, 112)).toBe('d\0')
  const second = text.indexOf('070701', 6)
  expect(second).toBe(112)
  expect(Number.parseInt(text.slice(second + 54, second + 62), 16)).toBe(5)
  expect(text.slice(second + 116, second + 121)).toBe('hello')
  expect(text).toContain('TRAILER!!!\0')
})

test('the partition table says where the partitions are', () => {
  const sector = masterBootRecord(Buffer.alloc(440, 1), [
    { type: 0x83, active: false, start: 43008, sectors: 120832 },
    { type: 0x0e, active: true, start: 2048, sectors: 40960 },
  ])
  expect(sector.length).toBe(512)
  expect(sector.readUInt16BE(510)).toBe(0x55aa)
  expect([sector[446], sector[450], sector.readUInt32LE(454), sector.readUInt32LE(458)]).toEqual([
    0, 0x83, 43008, 120832,
  ])
  expect([sector[462], sector[466], sector.readUInt32LE(470), sector.readUInt32LE(474)]).toEqual([
    0x80, 0x0e, 2048, 40960,
  ])
})

test('modules.dep lists what loads first last', () => {
  const module = (name: string, depends: string[], aliases: string[] = []): KernelModule => {
    return { name, path: `kernel/${name}.ko`, content: Buffer.alloc(0), depends, aliases }
  }
  const modules = [module('ring', []), module('virtio', ['ring']), module('blk', ['virtio', 'ring'], ['virtio:d2'])]
  expect(modulesDep(modules)).toBe(
    'kernel/ring.ko:\nkernel/virtio.ko: kernel/ring.ko\nkernel/blk.ko: kernel/virtio.ko kernel/ring.ko\n',
  )
  expect(modulesAlias(modules)).toBe('alias virtio:d2 blk\n')
})

test("the guest's JSON reader flattens metadata", () => {
  const metadata = {
    uuid: 'u-1',
    hostname: 'web1.novalocal',
    public_keys: { mykey: 'ssh-ed25519 AAAA "quoted" a@b\n', 'two.parts': 'x\\y' },
    list: [1, true, null, 'text, {with} [signs]'],
    empty: {},
    none: [],
  }
  const script = path.join(import.meta.dirname, 'files/root/usr/libexec/json.awk')
  for (const input of [JSON.stringify(metadata), JSON.stringify(metadata, null, 4)]) {
    expect(execFileSync('awk', ['-f', script], { input }).toString().trimEnd().split('\n')).toEqual([
      'uuid\tu-1',
      'hostname\tweb1.novalocal',
      'public_keys.mykey\tssh-ed25519 AAAA "quoted" a@b',
      'public_keys.two.parts\tx\\y',
      'list.0\t1',
      'list.1\ttrue',
      'list.2\tnull',
      'list.3\ttext, {with} [signs]',
    ])
  }
})
