// The tests that speak SQL run on SQLite, and once more on MariaDB: the `mariadb` project of vitest.config.ts provides its URL.
import { createConnection } from 'mysql2/promise'
import { inject } from 'vitest'
import { newHexId } from '../ids.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** mysql:// URL of a server the tests may create databases on; empty: SQLite. */
    mariadb: string
  }
}

/** Whether this run is on MariaDB. */
export const onMariadb = (): boolean => (inject('mariadb') ?? '') !== ''

/** A database nobody else uses: an empty URL (SQLite in the test's own directory) or a new one on the MariaDB of this run. */
export async function freshDatabase(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const server = inject('mariadb') ?? ''
  if (server === '') return { url: '', drop: async () => undefined }
  const name = `t_${newHexId()}`
  const run = async (statement: string): Promise<void> => {
    const parts = new URL(server)
    const connection = await createConnection({
      socketPath: parts.searchParams.get('socketPath') ?? '',
      user: parts.username,
    })
    await connection.query(statement)
    await connection.end()
  }
  await run(`create database ${name} character set utf8mb4 collate utf8mb4_bin`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`drop database ${name}`) }
}
