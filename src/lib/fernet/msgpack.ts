// The part of MessagePack that token payloads need, written so that the bytes equal those of Python's msgpack:
// a whole number of seconds stays a float64, which a general encoder would shorten to an integer.

/** A number to be written as float64 whatever its value. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

export type Packable = number | boolean | string | null | Uint8Array | Float | readonly Packable[]

/** Encodes non-negative integers below 2^32, floats, booleans, null, text, bytes and arrays. */
export function packMessage(value: Packable): Buffer {
  at = 0
  write(value)
  return Buffer.from(page.subarray(0, at))
}

// Written into one buffer that is kept: a token has a dozen parts, and a buffer for each would take longer than its encryption.
let page = Buffer.alloc(1024)
let at = 0

function makeRoom(size: number): void {
  if (at + size <= page.length) return
  const larger = Buffer.alloc(Math.max(page.length * 2, at + size))
  page.copy(larger, 0, 0, at)
  page = larger
}

function writeByte(byte: number): void {
  makeRoom(1)
  page[at++] = byte
}

function write(value: Packable): void {
  if (value === null) writeByte(0xc0)
  else if (typeof value === 'boolean') writeByte(value ? 0xc3 : 0xc2)
  else if (typeof value === 'number') writeInteger(value)
  else if (typeof value === 'string') {
    const size = Buffer.byteLength(value, 'utf8')
    if (size < 32) writeByte(0xa0 | size)
    else writeSized([0xd9, 0xda, 0xdb], size)
    makeRoom(size)
    at += page.write(value, at, 'utf8')
  } else if (value instanceof Float) {
    writeByte(0xcb)
    makeRoom(8)
    at = page.writeDoubleBE(value.value, at)
  } else if (value instanceof Uint8Array) {
    writeSized([0xc4, 0xc5, 0xc6], value.length)
    makeRoom(value.length)
    page.set(value, at)
    at += value.length
  } else {
    if (value.length < 16) writeByte(0x90 | value.length)
    else writeSized([undefined, 0xdc, 0xdd], value.length)
    for (const item of value) write(item)
  }
}

function writeInteger(value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`cannot pack ${value}`)
  if (value < 0x80) writeByte(value)
  else writeSized([0xcc, 0xcd, 0xce], value)
}

/** A type byte for the size's width (8, 16 or 32 bits; undefined: the format has none of that width), then the size. */
function writeSized([byte8, byte16, byte32]: readonly [number | undefined, number, number], size: number): void {
  makeRoom(5)
  if (size < 0x100 && byte8 !== undefined) {
    page[at++] = byte8
    at = page.writeUInt8(size, at)
  } else if (size < 0x1_0000) {
    page[at++] = byte16
    at = page.writeUInt16BE(size, at)
  } else {
    page[at++] = byte32
    at = page.writeUInt32BE(size, at)
  }
}
