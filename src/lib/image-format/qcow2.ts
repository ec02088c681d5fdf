import { checkedSize, type Probe, type Problem } from './probe.ts'

// https://gitlab.com/qemu-project/qemu/-/blob/master/docs/interop/qcow2.rst; limits are those of QEMU's block/qcow2.c.
const HEADER_LENGTH = 512
const V3_HEADER_LENGTH = 104
const DATA_FILE_BIT = 1n << 2n
const KNOWN_INCOMPATIBLE = 0b1111n // dirty, corrupt, external data file, compression type; extended L2 is refused
const MAX_L1_BYTES = 32 * 1024 * 1024

/** QEMU copy-on-write v2 and v3; v1 is recognised and refused. */
export function* probeQcow2(): Probe {
  const header = yield { offset: 0, length: HEADER_LENGTH }
  if (header.length < HEADER_LENGTH || header.toString('latin1', 0, 4) !== 'QFI\xfb') return undefined
  const { virtualSize, problems } = checkedSize(header.readBigUInt64BE(24))
  const refuse = (check: string, reason: string): void => void problems.push({ check, reason })

  if (header.readBigUInt64BE(8) !== 0n) refuse('backing_file', 'Image has a backing file')
  const version = header.readUInt32BE(4)
  if (version !== 2 && version !== 3) refuse('unknown_features', 'Unsupported qcow2 version')
  else problems.push(...checkTables(header, virtualSize))
  if (version === 3) {
    const features = header.readBigUInt64BE(72)
    if ((features & DATA_FILE_BIT) !== 0n) refuse('data_file', 'Image has data_file set')
    if ((features & ~KNOWN_INCOMPATIBLE) !== 0n) refuse('unknown_features', 'Unknown QCOW2 features found')
    if (header.readUInt32BE(100) < V3_HEADER_LENGTH) refuse('header', 'Header is shorter than version 3 allows')
    if (header.readUInt32BE(96) > 6) refuse('header', 'Reference count width is out of range')
  }
  if (header.readUInt32BE(32) !== 0) refuse('encryption', 'Image is encrypted')
  return { format: 'qcow2', virtualSize, problems }
}

/** Cluster size, L1 and snapshot tables: what QEMU itself would refuse to open, found before it is asked to. */
function* tableProblems(header: Buffer, virtualSize: number): Generator<Problem> {
  const clusterBits = header.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) {
    yield { check: 'header', reason: `Cluster size 2^${clusterBits} is out of range` }
    return
  }
  const clusterSize = 2 ** clusterBits
  const l1Entries = header.readUInt32BE(36)
  if (l1Entries * 8 > MAX_L1_BYTES) yield { check: 'header', reason: 'Active L1 table is too large' }
  if (virtualSize > l1Entries * (clusterSize / 8) * clusterSize) {
    yield { check: 'header', reason: 'L1 table is too small for the virtual size' }
  }
  const tables = [
    { name: 'L1', offset: header.readBigUInt64BE(40) },
    { name: 'Reference count', offset: header.readBigUInt64BE(48) },
    { name: 'Snapshot', offset: header.readBigUInt64BE(64) },
  ]
  for (const { name, offset } of tables) {
    if (offset % BigInt(clusterSize) !== 0n || offset >= 1n << 62n) {
      yield { check: 'header', reason: `${name} table offset is invalid` }
    }
  }
  if (header.readUInt32BE(60) > 65536) yield { check: 'header', reason: 'Too many snapshots' }
}

const checkTables = (header: Buffer, virtualSize: number): Problem[] => [...tableProblems(header, virtualSize)]
