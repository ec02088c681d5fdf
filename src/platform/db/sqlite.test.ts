import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openConnections } from './sqlite.ts'

describe('a transaction', () => {
  it('that reads first can still write when another process wants to write as well', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'haneul-sqlite-'))
    // Two of these stand for two processes: each has connections and a lock of its own.
    const [one, other] = [openConnections(join(directory, 'db')), openConnections(join(directory, 'db'))]
    await sql`create table counts (n integer)`.execute(one.write)
    await sql`insert into counts values (0)`.execute(one.write)
    await sql`pragma busy_timeout = 0`.execute(other.write)

    await one.transact(async (queries) => {
      const { rows } = await sql<{ n: number }>`select n from counts`.execute(queries)
      await expect(sql`update counts set n = n + 10`.execute(other.write)).rejects.toThrow('database is locked')
      await sql`update counts set n = ${(rows[0]?.n ?? 0) + 1}`.execute(queries)
    })
    await sql`update counts set n = n + 10`.execute(other.write)

    expect((await sql`select n from counts`.execute(one.read)).rows).toEqual([{ n: 11 }])
    await Promise.all([one.close(), other.close()])
    rmSync(directory, { recursive: true })
  })
})
