// qemu-img, with the format always named: a guest can write any header it likes at the start of a raw disk, and a program
// that guesses the format then follows the guest's pointers to the host's files.
import { run } from '#lib/exec/run.ts'

export type DiskFormat = 'raw' | 'qcow2' | 'vmdk' | 'vdi' | 'vpc' | 'vhdx'

export interface DiskInfo {
  readonly format: string
  /** Bytes a guest sees. */
  readonly virtualSize: number
  /** Bytes the file takes. */
  readonly actualSize: number
  /** The file a qcow2 or vmdk reads what it does not hold itself from. */
  readonly backingFile: string | undefined
  /** A file beside this one that holds the data. */
  readonly dataFile: string | undefined
  /** What kind of vmdk it is, such as monolithicSparse. */
  readonly createType: string | undefined
}

/** Limits of the process: images come from strangers, and a crafted one may ask for all memory or time there is. */
const limits = ['prlimit', '--as=4294967296', '--cpu=600', '--'] as const
/** The same where only the header is read. */
const infoLimits = ['prlimit', '--as=1073741824', '--cpu=4', '--'] as const

/** What the header of a disk says. */
export async function diskInfo(file: string, format: DiskFormat): Promise<DiskInfo> {
  const argv = [
    ...infoLimits,
    'qemu-img',
    'info',
    '--force-share',
    '--output=json',
    '-f',
    format,
    absolute(file),
  ] as const
  const { stdout } = await run([...argv], { timeoutMs: 60_000 })
  const info = record(JSON.parse(stdout))
  const data = record(record(info['format-specific'])['data'])
  return {
    format: text(info['format']) ?? format,
    virtualSize: number(info['virtual-size']),
    actualSize: number(info['actual-size']),
    backingFile: text(info['backing-filename']),
    dataFile: text(data['data-file']),
    createType: text(data['create-type']),
  }
}

/** An empty qcow2 that reads what it does not hold from `backing`. */
export async function createOverlay(
  file: string,
  backing: string,
  format: 'raw' | 'qcow2',
  bytes: number,
): Promise<void> {
  await run([
    'qemu-img',
    'create',
    '-q',
    '-f',
    'qcow2',
    '-b',
    absolute(backing),
    '-F',
    format,
    '--',
    absolute(file),
    String(bytes),
  ])
}

/** Grows a disk. */
export async function resizeDisk(file: string, format: 'raw' | 'qcow2', bytes: number): Promise<void> {
  await run(['qemu-img', 'resize', '-q', '-f', format, '--', absolute(file), String(bytes)])
}

export interface ConvertOptions {
  /** Killed after this many milliseconds; default half an hour. */
  readonly timeoutMs?: number
  /** The new disk may not become longer than this many bytes. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

/** Writes a disk anew in another format. Whatever is at `to` is overwritten. */
export async function convertDisk(
  from: string,
  fromFormat: DiskFormat,
  to: string,
  toFormat: 'raw' | 'qcow2' | 'vmdk',
  { timeoutMs = 1_800_000, maxBytes, signal }: ConvertOptions = {},
): Promise<void> {
  const size = maxBytes === undefined ? [] : [`--fsize=${maxBytes}`]
  const names = ['-f', fromFormat, '-O', toFormat, absolute(from), absolute(to)]
  const argv = ['prlimit', ...size, ...limits.slice(1), 'qemu-img', 'convert', ...names] as const
  await run(argv, { timeoutMs, ...(signal === undefined ? {} : { signal }) })
}

/** Refuses a path that QEMU would read as a protocol (`nbd:…`, `json:…`). */
function absolute(file: string): string {
  if (!file.startsWith('/')) throw new Error(`not an absolute path: ${file}`)
  return file
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
