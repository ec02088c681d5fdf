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
  const chunks: Buffer[] = []
  write(value, chunks)
  return Buffer.concat(chunks)
}

function write(value: Packable, chunks: Buffer[]): void {
  if (value === null) chunks.push(Buffer.of(0xc0))
  else if (typeof value === 'boolean') chunks.push(Buffer.of(value ? 0xc3 : 0xc2))
  else if (typeof value === 'number') chunks.push(packInteger(value))
  else if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8')
    chunks.push(bytes.length < 32 ? Buffer.of(0xa0 | bytes.length) : sized([0xd9, 0xda, 0xdb], bytes.length), bytes)
  } else if (value instanceof Float) {
    const bytes = Buffer.allocUnsafe(9)
    bytes[0] = 0xcb
    bytes.writeDoubleBE(value.value, 1)
    chunks.push(bytes)
  } else if (value instanceof Uint8Array) {
    chunks.push(sized([0xc4, 0xc5, 0xc6], value.length), Buffer.from(value.buffer, value.byteOffset, value.length))
  } else {
    chunks.push(value.length < 16 ? Buffer.of(0x90 | value.length) : sized([undefined, 0xdc, 0xdd], value.length))
    for (const item of value) write(item, chunks)
  }
}

function packInteger(value: number): Buffer {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`cannot pack ${value}`)
  return value < 0x80 ? Buffer.of(value) : sized([0xcc, 0xcd, 0xce], value)
}

/** A type byte for the size's width (8, 16 or 32 bits; undefined: the format has none of that width), then the size. */
function sized([byte8, byte16, byte32]: readonly [number | undefined, number, number], size: number): Buffer {
  if (size < 0x100 && byte8 !== undefined) return Buffer.of(byte8, size)
  if (size < 0x1_0000) return Buffer.of(byte16, size >>> 8, size & 0xff)
  return Buffer.of(byte32, size >>> 24, (size >>> 16) & 0xff, (size >>> 8) & 0xff, size & 0xff)
}
