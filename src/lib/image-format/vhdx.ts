import { checkedSize, incomplete, type Probe, type Problem } from './probe.ts'

// MS-VHDX: a region table at 192 KiB names the metadata region, whose table names the items that follow it.
const REGION_TABLE_OFFSET = 192 * 1024
const TABLE_LENGTH = 64 * 1024
const MAX_ENTRIES = 2047
const METADATA_REGION = '06a27c8b90479a4bb8fe575f050f886e'
const FILE_PARAMETERS = '3767a1ca36fa434db3b633f0aa44e76b'
const VIRTUAL_DISK_SIZE = '2442a52f1bcd7648b2115dbed83bf4b8'
const HAS_PARENT = 0b10

type Entry = { id: string; bytes: Buffer }

/** Hyper-V's VHDX; differencing disks are refused. */
export function* probeVhdx(): Probe {
  const identity = yield { offset: 0, length: 32 }
  if (identity.toString('latin1', 0, 8) !== 'vhdxfile') return undefined
  const finding = (virtualSize: number, problems: Problem[]) => ({ format: 'vhdx', virtualSize, problems }) as const
  const refuse = (reason: string) => finding(0, [{ check: 'header', reason }])

  const regions = yield { offset: REGION_TABLE_OFFSET, length: TABLE_LENGTH }
  if (regions.length < TABLE_LENGTH) return finding(0, [incomplete('Region table is cut off')])
  if (regions.toString('latin1', 0, 4) !== 'regi') return refuse('Region signature not found')
  const metadataEntry = entries(regions, 16, regions.readUInt32LE(8))?.find(({ id }) => id === METADATA_REGION)
  if (metadataEntry === undefined) return refuse('No metadata region')
  const base = metadataEntry.bytes.readBigUInt64LE(16)
  if (base < BigInt(REGION_TABLE_OFFSET + TABLE_LENGTH) || base > 1n << 46n) return refuse('Metadata region misplaced')

  const table = yield { offset: Number(base), length: TABLE_LENGTH }
  if (table.length < TABLE_LENGTH) return finding(0, [incomplete('Metadata table is cut off')])
  if (table.toString('latin1', 0, 8) !== 'metadata') return refuse('Invalid signature for metadata region')
  const items = entries(table, 32, table.readUInt16LE(10))
  if (items === undefined) return refuse('Too many metadata items')
  const wanted = items
    .filter(({ id }) => id === FILE_PARAMETERS || id === VIRTUAL_DISK_SIZE)
    .map(({ id, bytes }) => ({ id, offset: Number(base) + bytes.readUInt32LE(16) }))
    .sort((a, b) => a.offset - b.offset)
  const found = new Map<string, Buffer>()
  for (const { id, offset } of wanted) found.set(id, yield { offset, length: 8 })

  const size = found.get(VIRTUAL_DISK_SIZE)
  if (size === undefined || size.length < 8) return finding(0, [incomplete('No virtual disk size')])
  const { virtualSize, problems } = checkedSize(size.readBigUInt64LE(0))
  const parameters = found.get(FILE_PARAMETERS)
  if (parameters === undefined || parameters.length < 8) problems.push(incomplete('No file parameters'))
  else if ((parameters.readUInt32LE(4) & HAS_PARENT) !== 0) {
    problems.push({ check: 'backing_file', reason: 'Image has a parent' })
  }
  return finding(virtualSize, problems)
}

const entries = (table: Buffer, first: number, count: number): Entry[] | undefined => {
  if (count > MAX_ENTRIES) return undefined
  const found: Entry[] = []
  for (let start = first; start < first + count * 32 && start + 32 <= table.length; start += 32) {
    const bytes = table.subarray(start, start + 32)
    found.push({ id: bytes.toString('hex', 0, 16), bytes })
  }
  return found
}
