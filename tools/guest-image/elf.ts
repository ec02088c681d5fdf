// Reads just enough of 64-bit little-endian ELF files: the libraries a program needs, and what a kernel module says of itself.

interface Section {
  readonly name: string
  readonly type: number
  readonly content: Buffer
  readonly link: number
}

const dynamicType = 6
const neededTag = 1n

/** Shared libraries (sonames) a program or library asks the loader for. */
export function neededLibraries(file: Buffer): string[] {
  const all = sections(file)
  const dynamic = all.find((section) => section.type === dynamicType)
  const names = dynamic === undefined ? undefined : all[dynamic.link]?.content
  if (dynamic === undefined || names === undefined) return []
  const found: string[] = []
  for (let at = 0; at + 16 <= dynamic.content.length; at += 16) {
    if (dynamic.content.readBigInt64LE(at) !== neededTag) continue
    found.push(stringAt(names, Number(dynamic.content.readBigUInt64LE(at + 8))))
  }
  return found
}

/** The `key=value` pairs of a kernel module's .modinfo; a key may come more than once. */
export function moduleInfo(file: Buffer): [string, string][] {
  const info = sections(file).find((section) => section.name === '.modinfo')
  if (info === undefined) return []
  return info.content
    .toString('latin1')
    .split('\0')
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
}

function sections(file: Buffer): Section[] {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) return []
  const start = Number(file.readBigUInt64LE(0x28))
  const size = file.readUInt16LE(0x3a)
  const count = file.readUInt16LE(0x3c)
  const namesIndex = file.readUInt16LE(0x3e)
  const headers = Array.from({ length: count }, (_, index) =>
    file.subarray(start + index * size, start + (index + 1) * size),
  )
  const content = (header: Buffer): Buffer => {
    const offset = Number(header.readBigUInt64LE(0x18))
    return file.subarray(offset, offset + Number(header.readBigUInt64LE(0x20)))
  }
  const namesHeader = headers[namesIndex]
  if (namesHeader === undefined) return []
  const names = content(namesHeader)
  return headers.map((header) => ({
    name: stringAt(names, header.readUInt32LE(0)),
    type: header.readUInt32LE(4),
    content: content(header),
    link: header.readUInt32LE(0x28),
  }))
}

function stringAt(table: Buffer, offset: number): string {
  return table.toString('latin1', offset, table.indexOf(0, offset))
}
