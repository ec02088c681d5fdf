// SQLite for Kysely. Kysely's own driver goes through a dozen functions for each query of a transaction, which costs more
// than the query does; here a transaction is a lock, `begin`, and queries that go straight to the connection. It is for writing from its first
// moment: one that only read at first could not write any more once another process (a command of the operator) has.
import Sqlite from 'better-sqlite3'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Queries } from './db.ts'
import { Lock } from './lock.ts'
import type { Tables } from './tables.ts'

/** Statements that a connection keeps prepared: a point read is 11 µs with them, 95 µs without. */
const STATEMENTS_KEPT = 1000

class Connection implements DatabaseConnection {
  readonly #database: Sqlite.Database
  // Rows of `never`: what a row is, the caller of a statement says.
  readonly #statements = new Map<string, Sqlite.Statement<unknown[], never>>()

  constructor(file: string, readonly: boolean) {
    this.#database = new Sqlite(file, { readonly })
    // NORMAL loses nothing on a crash of the program, at most the last transactions on a loss of power, and never corrupts.
    if (!readonly) this.#database.pragma('journal_mode = WAL')
    this.#database.pragma('synchronous = NORMAL')
    this.#database.pragma('foreign_keys = ON')
    this.#database.pragma('busy_timeout = 5000')
    // Pages of the log before they are copied into the file (16 MiB): rarer than the default, as most are written many times.
    this.#database.pragma('wal_autocheckpoint = 4000')
  }

  #prepared(sql: string): Sqlite.Statement<unknown[], never> {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare<unknown[], never>(sql)
    // A program has few hundred texts; lists of other lengths push out the oldest.
    const [oldest] = this.#statements.size < STATEMENTS_KEPT ? [] : this.#statements.keys()
    if (oldest !== undefined) this.#statements.delete(oldest)
    this.#statements.set(sql, statement)
    return statement
  }

  run(sql: 'begin immediate' | 'commit'): void {
    this.#prepared(sql).run()
  }

  /** Some failures (a full disk) have rolled back already. */
  rollback(): void {
    if (this.#database.inTransaction) this.#prepared('rollback').run()
  }

  // Not `async`: an exception becomes a rejection below all the same, and a promise is saved.
  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const statement = this.#prepared(sql)
      if (statement.reader) return Promise.resolve({ rows: statement.all(...parameters) })
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return Promise.resolve({ insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async *streamQuery<Row>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    for (const row of this.#prepared(sql).iterate(...parameters)) yield { rows: [row] }
  }

  close(): void {
    this.#database.close()
  }
}

/** Gives the one connection to a query, or, with a lock, to one query or transaction at a time. */
class SqliteDriver implements Driver {
  readonly #connection: Connection
  readonly #lock: Lock | null

  constructor(connection: Connection, lock: Lock | null) {
    this.#connection = connection
    this.#lock = lock
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    await this.#lock?.acquire()
    return this.#connection
  }

  async beginTransaction(connection: Connection): Promise<void> {
    connection.run('begin immediate')
  }

  async commitTransaction(connection: Connection): Promise<void> {
    connection.run('commit')
  }

  async rollbackTransaction(connection: Connection): Promise<void> {
    connection.rollback()
  }

  async releaseConnection(): Promise<void> {
    this.#lock?.release()
  }

  async destroy(): Promise<void> {
    this.#connection.close()
  }
}

/** A builder whose finished statements take the short way to the connection; with a lock, one at a time. */
class DirectQueries extends Kysely<Tables> {
  readonly #connection: Connection
  readonly #lock: Lock | null

  constructor(connection: Connection, lock: Lock | null) {
    super({ dialect: dialect(connection, lock) })
    this.#connection = connection
    this.#lock = lock
  }

  override executeQuery<Row>(query: CompiledQuery<Row> | { compile: () => CompiledQuery<Row> }) {
    const compiled = 'compile' in query ? query.compile() : query
    return this.#lock === null ? this.#connection.executeQuery<Row>(compiled) : this.#alone(this.#lock, compiled)
  }

  async #alone<Row>(lock: Lock, query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
    await lock.acquire()
    try {
      return await this.#connection.executeQuery<Row>(query)
    } finally {
      lock.release()
    }
  }
}

const dialect = (connection: Connection, lock: Lock | null) => ({
  createAdapter: () => new SharedAdapter(),
  createDriver: () => new SqliteDriver(connection, lock),
  createIntrospector: (queries: Kysely<unknown>) => new SqliteIntrospector(queries),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

/** Kysely would queue queries for a single connection; our driver's lock does, where it is needed. */
class SharedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** What `openSqlite` opens: see `Db`. */
export type SqliteQueries = {
  readonly read: Queries
  readonly write: Queries
  readonly transact: <T>(work: (queries: Queries) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

/**
 * Opens the connections of a file: one for writes, and one for reads that need not wait for them.
 * @param file path, or `:memory:` (one connection serves both then)
 */
export function openConnections(file: string): SqliteQueries {
  const connection = new Connection(file, false)
  const lock = new Lock()
  const write = new DirectQueries(connection, lock)
  const inside = new DirectQueries(connection, null)
  const read = file === ':memory:' ? write : new DirectQueries(new Connection(file, true), null)
  return {
    read,
    write,
    transact: async (work) => {
      await lock.acquire()
      try {
        connection.run('begin immediate')
        try {
          const result = await work(inside)
          connection.run('commit')
          return result
        } catch (error) {
          connection.rollback()
          throw error
        }
      } finally {
        lock.release()
      }
    },
    close: async () => {
      await read.destroy()
      if (read !== write) await write.destroy()
    },
  }
}
