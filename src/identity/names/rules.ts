// The ends of a name, beginning at each of its letters, are what an index can find any piece of it by: what contains a piece
// has an end that begins with it. Ends are compared as bytes, so that no collation has a say, and without case.

/** What has names that are searched. Domains are projects here. */
export type NameKind = 'user' | 'group' | 'project'

/** Of each end so many bytes are kept: names are rarely longer, and what is found is compared in full all the same. */
const END_BYTES = 24

/**
 * Letter by letter, so that a piece of what is lowered is the lowered piece: a sigma at the end of a piece is none at the end
 * of a word. Of the one letter that becomes two (İ) the first counts, as in MariaDB.
 */
export const lowered = (text: string): string =>
  Array.from(text, (letter) => String.fromCodePoint(letter.toLowerCase().codePointAt(0) ?? 0)).join('')

const folded = (text: string): Buffer => Buffer.from(lowered(text))

const beginsLetter = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) !== 0x80

/** The ends of a name, each once. */
export function endsOf(name: string): Buffer[] {
  const bytes = folded(name)
  const ends = new Map<string, Buffer>()
  for (const [start, byte] of bytes.entries()) {
    if (!beginsLetter(byte)) continue
    const end = bytes.subarray(start, start + END_BYTES)
    ends.set(end.toString('latin1'), end)
  }
  return [...ends.values()]
}

/** Ends from `from` up to `before`. */
export type Range = { readonly from: Buffer; readonly before: Buffer }

/** Where an end of every name lies that contains a piece, whatever its case: one range, and more of a piece longer than ends are. */
export function rangesOf(piece: string): Range[] {
  const bytes = folded(piece)
  if (bytes.length === 0) return []
  const last = Math.max(0, bytes.length - END_BYTES)
  return [...new Set([0, Math.floor(last / 2), last])].map((place) => {
    let start = place
    while (!beginsLetter(bytes[start])) start += 1
    const from = bytes.subarray(start, start + END_BYTES)
    // No letter of UTF-8 has this byte.
    return { from, before: Buffer.concat([from, Buffer.of(0xff)]) }
  })
}
