import { checkedSize, incomplete, type Probe, type Problem } from './probe.ts'

// VMware Virtual Disk Format 5.0. Only the variants whose data lies in the one file are let through: a descriptor can
// name any path of the host as an extent, and QEMU would open it.
const MIN_HEADER = 64
const DESCRIPTOR_OFFSET = 512
const DESCRIPTOR_MAX = 2 ** 20 - 1
const GD_AT_END = 0xffff_ffff_ffff_ffffn
const FOOTER_LENGTH = 1536
const MARKER_FOOTER = 3
const MARKER_END_OF_STREAM = 0

type SparseHeader = { version: number; sectors: bigint; descriptor: bigint; descriptorSectors: bigint; gd: bigint }

const readSparseHeader = (bytes: Buffer): SparseHeader => ({
  version: bytes.readUInt32LE(4),
  sectors: bytes.readBigUInt64LE(12),
  descriptor: bytes.readBigUInt64LE(28),
  descriptorSectors: bytes.readBigUInt64LE(36),
  gd: bytes.readBigUInt64LE(56),
})

const hasMagic = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 4) === 'KDMV'

/** Sparse (monolithicSparse, streamOptimized) disks; bare text descriptors are recognised and always refused. */
export function* probeVmdk(): Probe {
  const head = yield { offset: 0, length: DESCRIPTOR_OFFSET }
  if (head.length < MIN_HEADER) return undefined
  if (!hasMagic(head)) {
    if (!isText(head)) return undefined
    const rest = yield { offset: DESCRIPTOR_OFFSET, length: DESCRIPTOR_MAX - DESCRIPTOR_OFFSET }
    const text = descriptorText(Buffer.concat([head, rest]))
    if (text === undefined || createType(text) === undefined) return undefined
    const reason = 'A descriptor without its data names files of the host'
    return { format: 'vmdk', virtualSize: 0, problems: [{ check: 'descriptor', reason }] }
  }
  const header = readSparseHeader(head)
  const { virtualSize, problems } = checkedSize(header.sectors * 512n)
  const finding = { format: 'vmdk', virtualSize, problems } as const
  if (header.version < 1 || header.version > 3) {
    problems.push({ check: 'descriptor', reason: `Unsupported format version ${header.version}` })
    return finding
  }
  if (header.descriptor * 512n !== BigInt(DESCRIPTOR_OFFSET)) {
    problems.push({ check: 'descriptor', reason: 'Wrong descriptor location' })
    return finding
  }
  const length = header.descriptorSectors > 2047n ? DESCRIPTOR_MAX : Number(header.descriptorSectors) * 512
  const descriptor = yield { offset: DESCRIPTOR_OFFSET, length }
  if (descriptor.length < length) problems.push(incomplete('Descriptor is cut off'))
  problems.push(...descriptorProblems(descriptor))
  // With the grain directory at the end the footer overrides the header, so it must say the same.
  if (header.gd === GD_AT_END) problems.push(...footerProblems(header, yield { last: FOOTER_LENGTH }))
  return finding
}

const isText = (bytes: Buffer): boolean =>
  bytes.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d) || (byte >= 0x1c && byte < 0x20),
  )

const descriptorText = (bytes: Buffer): string | undefined => {
  const end = bytes.indexOf(0)
  const text = end === -1 ? bytes : bytes.subarray(0, end)
  return text.every((byte) => byte < 0x80) ? text.toString('latin1').toLowerCase() : undefined
}

const createType = (text: string): string | undefined => /createtype="([^"]{0,63})"/.exec(text)?.[1]

const descriptorProblems = (bytes: Buffer): Problem[] => {
  const refuse = (reason: string): Problem[] => [{ check: 'descriptor', reason }]
  const text = descriptorText(bytes)
  if (text === undefined || text === '') return refuse('No descriptor found')
  const type = createType(text)
  if (type !== 'monolithicsparse' && type !== 'streamoptimized') return refuse('Unsupported subformat')
  const extents: string[] = []
  for (const line of text.split('\n').map((line) => line.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith('ddb') || /^[^ =]*=/.test(line)) continue
    if (!/^(rw|rdonly|noaccess) /.test(line)) return refuse('Invalid VMDK descriptor data')
    extents.push(line)
  }
  if (extents.some((line) => line.includes('/'))) return refuse('Invalid extent filenames found')
  if (extents.length === 0) return refuse('No extents found')
  // A lineage of snapshots names its parent by a hint, which is a path of the host too.
  if (/^parentfilenamehint\s*=/m.test(text)) return refuse('Image has a parent')
  return []
}

function* footerProblems(header: SparseHeader, tail: Buffer): Generator<Problem> {
  const check = 'footer'
  if (tail.length < FOOTER_LENGTH) {
    yield incomplete('Footer is cut off')
    return
  }
  const copy = tail.subarray(512, 1024)
  const footer = readSparseHeader(copy)
  if (!hasMagic(copy)) yield { check, reason: 'Header and footer signature do not match' }
  if (footer.version !== header.version) yield { check, reason: 'Header and footer versions do not match' }
  if (footer.descriptor !== header.descriptor || footer.descriptorSectors !== header.descriptorSectors) {
    yield { check, reason: 'Footer specifies a different descriptor than header' }
  }
  if (footer.gd === GD_AT_END) yield { check, reason: 'Footer indicates another footer' }
  if (!isMarker(tail.subarray(0, 512), MARKER_FOOTER)) yield { check, reason: 'Footer marker is invalid' }
  const end = tail.subarray(1024)
  if (!isMarker(end, MARKER_END_OF_STREAM) || end.readBigUInt64LE(0) !== 0n) {
    yield { check, reason: 'End-of-stream marker is invalid' }
  }
}

const isMarker = (sector: Buffer, type: number): boolean =>
  sector.readUInt32LE(8) === 0 && sector.readUInt32LE(12) === type && sector.subarray(16).every((byte) => byte === 0)
