// Opens the database of a process: SQLite in a file (or in memory, for tests), or a pool of MariaDB connections.
import Sqlite from 'better-sqlite3'
import { Kysely, MysqlDialect, SqliteDialect } from 'kysely'
import { createPool } from 'mysql2'
import type { Db } from './db.ts'
import { statementCache } from './statement-cache.ts'
import type { Tables } from './tables.ts'

/** The database and how to end it. */
export type OpenDb = Db & { readonly close: () => Promise<void> }

/**
 * Opens SQLite.
 * @param file path, or `:memory:` (one connection serves reads and writes then)
 */
export function openSqlite(file: string): OpenDb {
  const connect = (readonly: boolean) => {
    const database = new Sqlite(file, { readonly })
    // NORMAL loses nothing on a crash of the program, at most the last transactions on a loss of power, and never corrupts.
    if (!readonly) database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    database.pragma('foreign_keys = ON')
    database.pragma('busy_timeout = 5000')
    return new Kysely<Tables>({ dialect: new SqliteDialect({ database: statementCache(database) }) })
  }
  const write = connect(false)
  const read = file === ':memory:' ? write : connect(true)
  return {
    dialect: 'sqlite',
    read,
    write,
    transaction: null,
    close: async () => {
      await read.destroy()
      if (read !== write) await write.destroy()
    },
  }
}

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
  return { dialect: 'mariadb', read: queries, write: queries, transaction: null, close: () => queries.destroy() }
}

/** Opens what the configuration names: a `mysql://` URL, or else SQLite at `file`. */
export const openDb = (url: string, file: string): OpenDb => (url === '' ? openSqlite(file) : openMariadb(url))
