// What `mysqldump keystone > keystone.sql` wrote; also with --databases, and compressed by gzip.
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { InvalidDump, readDump } from '#lib/mysqldump/mysqldump.ts'
import type { SourceRow } from '../rules/source.ts'
import { isWanted, keep, type KeystoneSource } from './driver.ts'

/** @param database the one that is read, where the dump holds several */
export const openDump = (file: string, database: string | undefined): KeystoneSource => ({
  read: async () => {
    const databases = new Map<string | null, Map<string, SourceRow[]>>()
    for await (const { database: name, table, row } of readDump(textOf(file), isWanted)) {
      const tables = databases.get(name) ?? new Map<string, SourceRow[]>()
      databases.set(name, tables)
      keep(tables, table, row)
    }
    if (database !== undefined && databases.has(database)) return databases.get(database) ?? new Map()
    const [only, ...others] = [...databases.values()].filter((tables) => tables.has('local_user'))
    if (only === undefined || others.length > 0) {
      const names = [...databases.keys()].map((name) => name ?? '-').join(', ')
      throw new InvalidDump(`not exactly one Keystone database in it: ${names || 'no rows at all'}`)
    }
    return only
  },
})

async function* textOf(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file)
  const plain = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
  // An error of the file would otherwise be nobody's.
  if (plain !== bytes) bytes.once('error', (error) => plain.destroy(error))
  plain.setEncoding('utf8')
  for await (const chunk of plain) yield String(chunk)
}
