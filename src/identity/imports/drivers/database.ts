// A Keystone's own database, read in one consistent snapshot; nothing in it is changed.
import { isWanted, type KeystoneSource } from './driver.ts'
import type { SourceRow } from '../rules/source.ts'

/** @param url mysql://user:password@host:port/keystone, with `?socketPath=` for a unix socket */
export const openDatabase = (url: string): KeystoneSource => ({
  read: async () => {
    // Loaded only here: the driver is large, and most clouds never speak to a MariaDB.
    const { createConnection } = await import('mysql2/promise')
    const parts = new URL(url)
    const socketPath = parts.searchParams.get('socketPath')
    const connection = await createConnection({
      ...(socketPath ? { socketPath } : { host: parts.hostname, port: Number(parts.port || 3306) }),
      user: decodeURIComponent(parts.username),
      password: decodeURIComponent(parts.password),
      database: decodeURIComponent(parts.pathname.slice(1)),
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      connectTimeout: 10_000,
    })
    try {
      await connection.query('set session transaction isolation level repeatable read')
      await connection.query('start transaction with consistent snapshot, read only')
      const [names] = await connection.query({ sql: 'show tables', rowsAsArray: true })
      const tables = new Map<string, SourceRow[]>()
      for (const name of Array.isArray(names) ? names.flat().map(String) : []) {
        if (!isWanted(name)) continue
        const [rows] = await connection.query(`select * from \`${name}\``)
        tables.set(name, Array.isArray(rows) ? rows.map(toSourceRow) : [])
      }
      return tables
    } finally {
      await connection.end()
    }
  },
})

function toSourceRow(row: object): SourceRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, unknown]) => {
      if (value === null || typeof value === 'string' || typeof value === 'number') return [column, value]
      return [column, Buffer.isBuffer(value) ? value.toString('utf8') : JSON.stringify(value)]
    }),
  )
}
