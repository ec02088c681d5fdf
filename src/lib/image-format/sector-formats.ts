import { checkedSize, type Probe, type Problem } from './probe.ts'

// Formats that a fixed place of the stream tells apart.

/** VirtualBox VDI. */
export function* probeVdi(): Probe {
  const header = yield { offset: 0, length: 512 }
  if (header.length < 512 || header.readUInt32LE(0x40) !== 0xbeda107f) return undefined
  const { virtualSize, problems } = checkedSize(header.readBigUInt64LE(0x170))
  return { format: 'vdi', virtualSize, problems }
}

/** Connectix/Microsoft VHD with its footer copied to the front (dynamic); differencing disks are refused. */
export function* probeVhd(): Probe {
  const header = yield { offset: 0, length: 512 }
  if (header.length < 512 || header.toString('latin1', 0, 8) !== 'conectix') return undefined
  const { virtualSize, problems } = checkedSize(header.readBigUInt64BE(40))
  if (header.readUInt32BE(60) === 4) problems.push({ check: 'backing_file', reason: 'Image has a parent' })
  return { format: 'vhd', virtualSize, problems }
}

/** QED was given up by QEMU: recognised so that it can be refused. */
export function* probeQed(): Probe {
  const header = yield { offset: 0, length: 512 }
  if (header.length < 512 || header.toString('latin1', 0, 4) !== 'QED\0') return undefined
  return { format: 'qed', virtualSize: 0, problems: [{ check: 'banned', reason: 'This file format is not allowed' }] }
}

/** LUKS containers; only version 1 has a place in a cloud image. */
export function* probeLuks(): Probe {
  const header = yield { offset: 0, length: 592 }
  if (header.length < 592 || header.toString('latin1', 0, 6) !== 'LUKS\xba\xbe') return undefined
  const version = header.readUInt16BE(6)
  const problems: Problem[] =
    version === 1 ? [] : [{ check: 'version', reason: `LUKS version ${version} is not supported` }]
  return { format: 'luks', virtualSize: undefined, problems }
}

/** ISO 9660 and UDF: the volume descriptor follows the 32 KiB system area. */
export function* probeIso(): Probe {
  const descriptor = yield { offset: 32 * 1024, length: 2048 }
  if (descriptor.length < 2048) return undefined
  if (!['CD001', 'NSR02', 'NSR03'].includes(descriptor.toString('latin1', 1, 6))) return undefined
  const isPrimary = descriptor.readUInt8(0) === 1
  const virtualSize = isPrimary ? descriptor.readUInt32LE(80) * descriptor.readUInt16LE(128) : 0
  return { format: 'iso', virtualSize, problems: [] }
}

const MBR_PARTITIONS = 446
const GPT_PROTECTIVE = 0xee

/** A partitioned disk, GPT or old MBR; the boot record of a FAT file system looks like one and is left raw. */
export function* probeGpt(): Probe {
  const mbr = yield { offset: 0, length: 512 }
  if (mbr.length < 512 || mbr.readUInt16LE(510) !== 0xaa55) return undefined
  if (mbr.readUInt8(0x10) === 2 && mbr.readUInt8(0x15) === 0xf8) return undefined
  return { format: 'gpt', virtualSize: undefined, problems: [...partitionProblems(mbr)].slice(0, 1) }
}

function* partitionProblems(mbr: Buffer): Generator<Problem> {
  const check = 'mbr'
  const used: number[] = []
  let isGpt = false
  for (let index = 0; index < 4; index++) {
    const entry = mbr.subarray(MBR_PARTITIONS + 16 * index, MBR_PARTITIONS + 16 * (index + 1))
    const [boot = 0, startHead = 0, startSector = 0, startTrack = 0, type = 0] = entry
    if (boot !== 0x00 && boot !== 0x80) yield { check, reason: `MBR PTE ${index} has invalid boot flag` }
    if (type !== 0) used.push(index)
    if (type !== GPT_PROTECTIVE) continue
    isGpt = true
    if (startHead !== 0 || startSector !== 2 || startTrack !== 0) {
      yield { check, reason: 'GPT MBR has invalid start CHS' }
    }
    if (entry.readUInt32LE(8) !== 1) yield { check, reason: 'GPT MBR has invalid start LBA' }
  }
  if (isGpt && (used.length !== 1 || used[0] !== 0)) {
    yield { check, reason: 'GPT MBR defines invalid extra partitions' }
  }
  if (used.length === 0) yield { check, reason: 'GPT MBR has no partitions defined' }
}
