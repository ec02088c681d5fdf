/**
 * What a disk format's probe asks of the stream and answers about it.
 *
 * A probe is a generator: it yields the region it wants to read next and is resumed with the bytes. A stream cannot be
 * rewound, so regions must be asked for in ascending order; what lies before the bytes already gone is answered empty.
 */
export type Region = { readonly offset: number; readonly length: number } | { readonly last: number }

/** Formats by the names disk_format uses; `raw` is what no other probe recognised. */
export type ImageFormat = 'raw' | 'qcow2' | 'qed' | 'vmdk' | 'vdi' | 'vhd' | 'vhdx' | 'iso' | 'gpt' | 'luks'

/** Why an image must not be used: `check` names the rule, `reason` says it in words for a log. */
export type Problem = { readonly check: string; readonly reason: string }

/** `virtualSize` in bytes, 0 when the header does not tell; undefined means the bytes seen are the disk (raw-like). */
export type Finding = {
  readonly format: ImageFormat
  readonly virtualSize: number | undefined
  readonly problems: readonly Problem[]
}

/** A region is answered with fewer bytes than asked for only when the stream has ended. */
export type Probe = Generator<Region, Finding | undefined, Buffer>

/** The check that fails when the header points at bytes the stream did not hold. */
export const INCOMPLETE = 'incomplete'

/** The problem of a stream that ends before what its own header promises. */
export const incomplete = (reason: string): Problem => ({ check: INCOMPLETE, reason })

/** A 64-bit size as a number, with a problem when no real disk can have it. */
export const checkedSize = (size: bigint): { virtualSize: number; problems: Problem[] } =>
  size > BigInt(Number.MAX_SAFE_INTEGER)
    ? { virtualSize: 0, problems: [{ check: 'virtual_size', reason: `Virtual size ${size} is out of range` }] }
    : { virtualSize: Number(size), problems: [] }
