// Opens the database of a process: SQLite in a file (or in memory, for tests), or a pool of MariaDB connections.
import { Kysely, MysqlDialect } from 'kysely'
import { createPool } from 'mysql2'
import type { Db } from './db.ts'
import { openConnections } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** The database and how to end it. */
export type OpenDb = Db & { readonly close: () => Promise<void> }

/**
 * Opens SQLite.
 * @param file path, or `:memory:` (one connection serves reads and writes then)
 */
export const openSqlite = (file: string): OpenDb => ({ dialect: 'sqlite', transaction: null, ...openConnections(file) })

/**
 * Opens MariaDB.
 * @param url mysql://user:password@host:port/name, with `?socketPath=` for a unix socket
 */
export function openMariadb(url: string): OpenDb {
  const parts = new URL(url)
  const socketPath = parts.searchParams.get('socketPath')
  const pool = createPool({
    ...(socketPath ? { socketPath } : { host: parts.hostname, port: Number(parts.port || 3306) }),
    user: decodeURIComponent(parts.username),
    password: decodeURIComponent(parts.password),
    database: parts.pathname.slice(1),
    charset: 'utf8mb4_bin',
    connectionLimit: 10,
    // The number of rows that matched, as SQLite counts them: compare-and-swap depends on it.
    flags: ['FOUND_ROWS'],
    supportBigNumbers: true,
  })
  // A lower isolation than MariaDB's default, so that a read inside a transaction sees what others have committed, as on SQLite.
  pool.on('connection', (connection) => connection.query('set session transaction isolation level read committed'))
  const queries = new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) })
  return {
    dialect: 'mariadb',
    read: queries,
    write: queries,
    transact: (work) => queries.transaction().execute(work),
    transaction: null,
    close: () => queries.destroy(),
  }
}

/** Opens what the configuration names: a `mysql://` URL, or else SQLite at `file`. */
export const openDb = (url: string, file: string): OpenDb => (url === '' ? openSqlite(file) : openMariadb(url))
