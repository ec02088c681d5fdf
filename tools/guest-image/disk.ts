// Puts a disk together in a file: a partition table, the root file system as the first partition but last on the disk
// (so that it can grow), and a small FAT partition from which SYSLINUX boots. Nothing is mounted and nothing needs root.
import { open, readFile, readdir, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../../src/lib/exec/run.ts'

const mib = 1024 * 1024
const sectorSize = 512
const alignment = 2048
const fatMib = 20
const diskMib = 80

export interface DiskParts {
  /** Directory that becomes the root file system. */
  readonly root: string
  readonly kernel: string
  readonly initramfs: string
  readonly bootConfig: string
  /** Directory the boot loader's packages are unpacked in. */
  readonly tools: string
  readonly work: string
}

/** Writes the disk as a compressed qcow2 to `out`. */
export async function writeDisk(parts: DiskParts, out: string): Promise<void> {
  const raw = path.join(parts.work, 'disk.raw')
  const fat = await writeBootPartition(parts)
  const start = alignment + (fatMib * mib) / sectorSize
  const sectors = (diskMib * mib) / sectorSize - start
  await writeFile(raw, '')
  await truncate(raw, diskMib * mib)
  await writeRootPartition(parts.root, raw, start * sectorSize, sectors)
  const disk = await open(raw, 'r+')
  try {
    const loader = await readFile(path.join(parts.tools, 'usr/lib/syslinux/mbr/mbr.bin'))
    const table = [
      { type: 0x83, active: false, start, sectors },
      { type: 0x0e, active: true, start: alignment, sectors: (fatMib * mib) / sectorSize },
    ]
    await disk.write(masterBootRecord(loader, table), 0, sectorSize, 0)
    const boot = await readFile(fat)
    await disk.write(boot, 0, boot.length, alignment * sectorSize)
  } finally {
    await disk.close()
  }
  await run(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', '-c', '-o', 'compat=1.1', raw, out], {
    timeoutMs: 120_000,
  })
}

export interface Partition {
  readonly type: number
  readonly active: boolean
  readonly start: number
  readonly sectors: number
}

/** The first sector of a disk: boot code, and up to four partitions by sector numbers (the cylinder fields hold "beyond"). */
export function masterBootRecord(loader: Uint8Array, partitions: readonly Partition[]): Buffer {
  const sector = Buffer.alloc(sectorSize)
  sector.set(loader.subarray(0, 440))
  sector.writeUInt32LE(0xc1c05001, 440)
  for (const [index, partition] of partitions.entries()) {
    const at = 446 + index * 16
    sector.writeUInt8(partition.active ? 0x80 : 0, at)
    sector.set([0xfe, 0xff, 0xff], at + 1)
    sector.writeUInt8(partition.type, at + 4)
    sector.set([0xfe, 0xff, 0xff], at + 5)
    sector.writeUInt32LE(partition.start, at + 8)
    sector.writeUInt32LE(partition.sectors, at + 12)
  }
  sector.set([0x55, 0xaa], 510)
  return sector
}

async function writeBootPartition(parts: DiskParts): Promise<string> {
  const { tools, work } = parts
  const fat = path.join(work, 'boot.fat')
  const places = ['usr/bin', 'sbin', 'usr/sbin'].map((place) => path.join(tools, place))
  const env = { ...process.env, PATH: [...places, process.env['PATH']].join(':'), MTOOLS_SKIP_CHECK: '1' }
  const tool = (...argv: [string, ...string[]]): Promise<unknown> => run(argv, { env })
  await writeFile(fat, '')
  await truncate(fat, fatMib * mib)
  await tool('mkfs.vfat', '-F', '16', '-n', 'BOOT', '-s', '4', '-h', String(alignment), fat)
  await tool('mcopy', '-i', fat, parts.kernel, '::/vmlinuz')
  await tool('mcopy', '-i', fat, parts.initramfs, '::/initrd.img')
  await tool('mcopy', '-i', fat, parts.bootConfig, '::/syslinux.cfg')
  await tool('syslinux', '--install', fat)
  return fat
}

async function writeRootPartition(root: string, raw: string, offset: number, sectors: number): Promise<void> {
  // No checksums and 32-bit block numbers: resizing at boot costs less that way.
  const features = '^metadata_csum,^64bit,resize_inode'
  const extended = `offset=${offset},root_owner=0:0,resize=33554432`
  const layout = ['-t', 'ext4', '-L', 'haneul-root', '-b', '4096', '-J', 'size=4', '-m', '0', '-I', '256']
  await run(['mke2fs', '-q', ...layout, '-O', features, '-E', extended, '-d', root, raw, String(sectors / 8)])
  // mke2fs takes owners from the files, which are ours: whoever builds, the guest's belong to root and to its one user.
  const paths = ['', ...(await readdir(root, { recursive: true }))]
  const commands = paths.flatMap((file) => {
    const owner = file === 'home/cirros' ? 1000 : 0
    return [`sif "/${file}" uid ${owner}`, `sif "/${file}" gid ${owner}`]
  })
  await run(['debugfs', '-w', '-f', '-', `${raw}?offset=${offset}`], { input: `${commands.join('\n')}\n` })
}
