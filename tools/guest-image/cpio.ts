// Writes the archive format the kernel unpacks as its first file system ("newc", Documentation/driver-api/early-userspace).

export interface CpioEntry {
  readonly path: string
  /** File type and permission bits, as in stat. */
  readonly mode: number
  readonly content?: Uint8Array
}

export const cpioDirectory = 0o040755
export const cpioExecutable = 0o100755
export const cpioFile = 0o100644
export const cpioLink = 0o120777

/** The archive of these entries, all owned by root. */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.flatMap((entry, index) => record(entry, index + 1))
  parts.push(...record({ path: 'TRAILER!!!', mode: 0 }, 0))
  return Buffer.concat(parts)
}

function record({ path, mode, content = new Uint8Array() }: CpioEntry, inode: number): Uint8Array[] {
  const name = Buffer.from(`${path}\0`)
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0]
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return [header, name, padding(header.length + name.length), content, padding(content.length)]
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4)
}
