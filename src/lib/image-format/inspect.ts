// Reads disk images as they stream past and tells what they are, holding only the regions the formats ask for: 1 MiB
// at the very most for each format, whatever the image's size. It never seeks and never trusts a length it read.
import type { Finding, ImageFormat, Probe, Problem, Region } from './probe.ts'
import { probeQcow2 } from './qcow2.ts'
import { probeGpt, probeIso, probeLuks, probeQed, probeVdi, probeVhd } from './sector-formats.ts'
import { probeVhdx } from './vhdx.ts'
import { probeVmdk } from './vmdk.ts'

export type { ImageFormat, Problem } from './probe.ts'
export { INCOMPLETE } from './probe.ts'

/**
 * `formats` holds every format recognised, `raw` alone when there is none. `format` is undefined when several are, since
 * one may hide in another; the one allowed pair is a bootable ISO with a partition table in front, which is an `iso`.
 * `virtualSize` is the size of the disk inside in bytes (0: the header does not say), `actualSize` the bytes seen.
 */
export type Inspection = {
  readonly format: ImageFormat | undefined
  readonly formats: readonly ImageFormat[]
  readonly virtualSize: number
  readonly actualSize: number
  readonly problems: readonly Problem[]
}

export type Inspector = {
  /** Shows the next bytes of the stream; they are copied, never kept. */
  readonly feed: (chunk: Buffer) => void
  /** Ends the stream and gives the verdict; nothing may be fed afterwards. */
  readonly finish: () => Inspection
}

/** The formats inspection can tell; any other disk_format (ami, ploop, …) passes only if nothing here is recognised. */
export const INSPECTABLE_FORMATS: ReadonlySet<string> = new Set<ImageFormat>([
  'raw',
  'qcow2',
  'qed',
  'vmdk',
  'vdi',
  'vhd',
  'vhdx',
  'iso',
  'gpt',
  'luks',
])

const PROBES = [probeQcow2, probeVhd, probeVhdx, probeVmdk, probeVdi, probeQed, probeIso, probeGpt, probeLuks]

/** An inspector for one stream. */
export const createInspector = (): Inspector => {
  let position = 0
  const findings: Finding[] = []
  const settle = (reader: Reader): boolean => {
    if (reader.finding !== undefined) findings.push(reader.finding)
    return !reader.done
  }
  let readers = PROBES.map((probe) => new Reader(probe()))
  return {
    feed: (chunk) => {
      if (readers.length > 0) {
        for (const reader of readers) reader.feed(chunk, position)
        if (readers.some((reader) => reader.done)) readers = readers.filter(settle)
      }
      position += chunk.length
    },
    finish: () => {
      for (const reader of readers) {
        reader.finish()
        settle(reader)
      }
      readers = []
      return conclude(findings, position)
    },
  }
}

const conclude = (findings: readonly Finding[], actualSize: number): Inspection => {
  const formats = findings.map(({ format }) => format)
  const isBootableIso = formats.length === 2 && formats.includes('iso') && formats.includes('gpt')
  const [only] = isBootableIso ? findings.filter(({ format }) => format === 'iso') : findings
  if (only === undefined) {
    return { format: 'raw', formats: ['raw'], virtualSize: actualSize, actualSize, problems: [] }
  }
  const isOne = isBootableIso || formats.length === 1
  return {
    format: isOne ? only.format : undefined,
    formats,
    virtualSize: isOne ? (only.virtualSize ?? actualSize) : 0,
    actualSize,
    problems: isOne ? only.problems : findings.flatMap(({ problems }) => problems),
  }
}

/** Runs one probe: collects the region it waits for and resumes it once the region is whole or the stream has ended. */
class Reader {
  done = false
  finding: Finding | undefined
  readonly #probe: Probe
  #region: Region | undefined
  #parts: Buffer[] = []
  #collected = 0

  constructor(probe: Probe) {
    this.#probe = probe
    this.#take(probe.next())
  }

  feed(chunk: Buffer, position: number): void {
    while (this.#region !== undefined) {
      if ('last' in this.#region) {
        this.#keepLast(chunk, this.#region.last)
        return
      }
      const { offset, length } = this.#region
      const start = offset + this.#collected - position
      if (start >= chunk.length && length > this.#collected) return
      // Bytes that have already gone by cannot be had: the probe gets what there is.
      if (start < 0) {
        this.#resume()
        continue
      }
      const part = chunk.subarray(start, start + length - this.#collected)
      this.#parts.push(Buffer.from(part))
      this.#collected += part.length
      if (this.#collected < length) return
      this.#resume()
    }
  }

  finish(): void {
    while (this.#region !== undefined) this.#resume()
  }

  #keepLast(chunk: Buffer, length: number): void {
    if (chunk.length >= length) this.#parts = [Buffer.from(chunk.subarray(-length))]
    else this.#parts = [Buffer.concat([...this.#parts, chunk]).subarray(-length)]
  }

  #resume(): void {
    const bytes = Buffer.concat(this.#parts)
    this.#parts = []
    this.#collected = 0
    this.#take(this.#probe.next(bytes))
  }

  #take(step: IteratorResult<Region, Finding | undefined>): void {
    this.done = step.done === true
    this.#region = step.done === true ? undefined : step.value
    this.finding = step.done === true ? step.value : undefined
  }
}
