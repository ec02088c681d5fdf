// Opens the database of a process: SQLite in a file (or in memory, for tests), or MariaDB.
import type { Db } from './db.ts'
import { openConnections } from './sqlite.ts'

/** The database and how to end it. */
export type OpenDb = Db & { readonly close: () => Promise<void> }

/**
 * Opens SQLite.
 * @param file path, or `:memory:` (one connection serves reads and writes then)
 */
export const openSqlite = (file: string): OpenDb => ({ dialect: 'sqlite', transaction: null, ...openConnections(file) })

/** Opens what the configuration names: a `mysql://` URL, or else SQLite at `file`. */
export const openDb = async (url: string, file: string): Promise<OpenDb> =>
  url === '' ? openSqlite(file) : (await import('./mariadb.ts')).openMariadb(url)
