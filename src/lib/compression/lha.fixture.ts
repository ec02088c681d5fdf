// Archives for tests, made by hand: no free program packs them.

/** CRC-16 as LHA reckons it (ARC). */
const crc16 = (data: Uint8Array): number => {
  let crc = 0
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

/** An archive of the files, which are stored as they are (method lh0, header of level 0). */
export const lhaOf = (files: readonly { readonly name: string; readonly data: Uint8Array }[]): Buffer => {
  const parts = files.flatMap(({ name, data }) => {
    const title = Buffer.from(name)
    const facts = Buffer.alloc(15)
    facts.writeUInt32LE(data.length, 0)
    facts.writeUInt32LE(data.length, 4)
    facts.writeUInt8(0x20, 12)
    facts.writeUInt8(title.length, 14)
    const crc = Buffer.alloc(2)
    crc.writeUInt16LE(crc16(data))
    const header = Buffer.concat([Buffer.from('-lh0-'), facts, title, crc])
    const sum = header.reduce((total, byte) => total + byte, 0)
    return [Buffer.from([header.length, sum & 0xff]), header, data]
  })
  return Buffer.concat([...parts, Buffer.alloc(1)])
}
