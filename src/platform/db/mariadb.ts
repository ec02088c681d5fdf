// MariaDB for Kysely: a pool of connections. Loaded only where it is configured: its driver is as large as the rest of the platform.
import { Kysely, MysqlDialect } from 'kysely'
import { createPool } from 'mysql2'
import type { OpenDb } from './open.ts'
import type { Tables } from './tables.ts'

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
