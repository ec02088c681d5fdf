// Builds the guest image: Debian's cloud kernel, busybox, dropbear and a few real programs; boots in seconds without KVM.
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { type CpioEntry, cpioArchive, cpioDirectory, cpioExecutable, cpioFile, cpioLink } from './cpio.ts'
import { type PackageSet, unpackPackages } from './debian.ts'
import { writeDisk } from './disk.ts'
import { indexModules, type KernelModule, selectModules } from './kernel-modules.ts'
import { layRootTree } from './root-tree.ts'

/** What almost every boot needs to reach its disk and network; the rest is loaded when that finds no disk. */
const firstModules = ['virtio_pci', 'virtio_blk', 'virtio_net', 'ext4']
const restModules = ['virtio_scsi', 'sd_mod', 'ata_piix', 'ahci', 'nvme']
const laterModules = [
  'virtio_mmio',
  'virtio_balloon',
  'virtio_rng',
  'virtio_console',
  'button',
  'evdev',
  'sr_mod',
  'isofs',
  'vfat',
  'nls_iso8859_1',
  'nls_cp437',
  'nls_ascii',
  '8021q',
  'e1000',
  'xfs',
  'nbd',
]

const files = path.join(import.meta.dirname, 'files')

/** Builds the image to `out`, which appears whole or not at all. `cache` keeps downloaded packages. */
export async function buildGuestImage(packages: PackageSet, cache: string, out: string): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), 'haneul-guest-'))
  try {
    const at = (name: string): string => path.join(work, name)
    await unpackPackages(packages.guest, cache, at('unpacked'))
    await unpackPackages(packages.tools, cache, at('tools'))
    const [kernel] = (await readdir(at('unpacked/boot'))).filter((name) => name.startsWith('vmlinuz-'))
    if (kernel === undefined) throw new Error('the kernel package has no kernel')
    const version = kernel.slice('vmlinuz-'.length)
    const modulesDirectory = await findModules(at('unpacked'), version)
    const index = await indexModules(modulesDirectory)
    const choose = (names: readonly string[]): Promise<KernelModule[]> => selectModules(index, modulesDirectory, names)

    const initramfs = initramfsEntries(
      await readFile(at('unpacked/bin/busybox')).catch(() => readFile(at('unpacked/usr/bin/busybox'))),
      await readFile(path.join(files, 'initramfs/init')),
      await choose(firstModules),
      await choose([...firstModules, ...restModules]),
    )
    await writeFile(at('initramfs'), gzipSync(cpioArchive(initramfs), { level: 9 }))
    await layRootTree(
      at('root'),
      at('unpacked'),
      path.join(files, 'root'),
      await choose([...firstModules, ...restModules, ...laterModules]),
      version,
    )
    const finished = `${out}.${process.pid}.new`
    await mkdir(path.dirname(out), { recursive: true })
    await writeDisk(
      {
        root: at('root'),
        kernel: at(`unpacked/boot/${kernel}`),
        initramfs: at('initramfs'),
        bootConfig: path.join(files, 'syslinux.cfg'),
        tools: at('tools'),
        work,
      },
      finished,
    )
    await rename(finished, out)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function initramfsEntries(
  busybox: Uint8Array,
  init: Uint8Array,
  first: readonly KernelModule[],
  all: readonly KernelModule[],
): CpioEntry[] {
  const names = (modules: readonly KernelModule[]): Buffer =>
    Buffer.from(modules.map(({ name }) => `${name}\n`).join(''))
  const early = new Set(first.map(({ name }) => name))
  return [
    ...['bin', 'dev', 'proc', 'sys', 'root', 'modules'].map((directory) => ({ path: directory, mode: cpioDirectory })),
    { path: 'init', mode: cpioExecutable, content: init },
    { path: 'bin/busybox', mode: cpioExecutable, content: busybox },
    { path: 'bin/sh', mode: cpioLink, content: Buffer.from('busybox') },
    ...all.map(({ name, content }) => ({ path: `modules/${name}`, mode: cpioFile, content })),
    { path: 'modules/first', mode: cpioFile, content: names(first) },
    { path: 'modules/rest', mode: cpioFile, content: names(all.filter(({ name }) => !early.has(name))) },
  ]
}

async function findModules(unpacked: string, version: string): Promise<string> {
  for (const place of ['lib/modules', 'usr/lib/modules']) {
    const directory = path.join(unpacked, place, version)
    if ((await readdir(directory).catch(() => [])).length > 0) return directory
  }
  throw new Error(`no modules for kernel ${version}`)
}
