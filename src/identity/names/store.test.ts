// The index of names gives what reading every name gives.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { migrate } from '#platform/db/migrate.ts'
import { openDb } from '#platform/db/open.ts'
import { freshDatabase } from '#platform/testing/database.ts'
import { insertGroup, listGroups, removeGroup, saveGroup, groupFilters } from '../groups/store.ts'
import { pageOf } from '../lists.ts'
import { identityMigrations } from '../migrations/index.ts'
import { lowered } from './rules.ts'
import { insertProject, listProjects, projectFilters, removeProjects, saveProject } from '../projects/store.ts'
import { startIdentity, type TestIdentity } from '../testing/identity.ts'
import { insertUser, listUsers, removeUser, saveUser, type User, userFilters } from '../users/store.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.stop())

let seed = 7
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed % below
}
const letters = [
  'a',
  'A',
  'b',
  'B',
  '-',
  '0',
  ' ',
  'é',
  'É',
  'İ',
  'i',
  'ı',
  'Σ',
  'σ',
  'ς',
  'K',
  'k',
  'ß',
  'ẞ',
  '김',
  '😀',
  '%',
  '_',
]
const word = (most: number): string =>
  Array.from({ length: 1 + random(most) }, () => letters[random(letters.length)]).join('')
const nth = (index: number): string => String(index).padStart(32, '0')

const user = (id: string, name: string, more: Partial<User> = {}): User => ({
  id,
  domainId: 'default',
  name,
  enabled: true,
  defaultProjectId: null,
  password: null,
  failures: { count: 0, at: null },
  createdAt: 0,
  lastActiveAt: null,
  options: {},
  extra: {},
  ...more,
})
const write = (work: (ctx: Ctx) => Promise<void>) => inTransaction(identity.ctx(), work)
const comparators = ['contains', 'icontains', 'startswith', 'istartswith', 'endswith', 'iendswith']

describe('a piece of a name', () => {
  it('finds the users that reading all of them finds, whatever became of their names', async () => {
    const names = new Map(Array.from({ length: 400 }, (_, index) => [nth(index), `${word(6)}${index}${word(40)}`]))
    await write(async (ctx) => {
      for (const [id, name] of names) await insertUser(ctx, user(id, name))
      for (const id of [...names.keys()].filter((_, index) => index % 3 === 0)) {
        const name = `${word(30)}${id.slice(-3)}`
        await saveUser(ctx, user(id, name))
        names.set(id, name)
      }
      for (const id of [...names.keys()].filter((_, index) => index % 7 === 0)) {
        await removeUser(ctx, id)
        names.delete(id)
      }
      await insertUser(ctx, user(nth(900), 'shadow', { isShadow: true }))
    })
    const all = [...names.values()]
    let found = 0
    for (let round = 0; round < 300; round += 1) {
      const name = all[random(all.length)] ?? ''
      const start = random(name.length)
      const piece = round % 5 === 0 ? word(3) : name.slice(start, start + 1 + random(round % 2 === 0 ? 4 : 60))
      const query = { [`name__${comparators[round % comparators.length]}`]: piece.toWellFormed(), limit: '20' }
      const page = pageOf(query, userFilters)
      const expected = (await listUsers(identity.ctx(), { ...page, pieces: [] })).filter(({ id }) => id !== nth(900))
      expect(await listUsers(identity.ctx(), page), JSON.stringify(query)).toEqual(expected)
      found += expected.length
    }
    expect(found).toBeGreaterThan(500)
    const both = pageOf({ name__contains: 'a', name__icontains: 'B', marker: nth(5) }, userFilters)
    expect(await listUsers(identity.ctx(), both)).toEqual(await listUsers(identity.ctx(), { ...both, pieces: [] }))
    expect(await listUsers(identity.ctx(), pageOf({ name__contains: '00900' }, userFilters))).toEqual([])
  })

  it('finds groups and projects', async () => {
    const group = { id: nth(1), domainId: 'default', name: 'Operators', description: '', extra: {} }
    const project = {
      id: nth(2),
      domainId: 'default',
      name: 'Harbour',
      description: '',
      enabled: true,
      parentId: 'default',
    }
    const whole = { ...project, isDomain: false, options: {}, extra: {}, tags: [] }
    await write(async (ctx) => {
      await insertGroup(ctx, group)
      await insertProject(ctx, whole)
    })
    const groups = async (piece: string) =>
      (await listGroups(identity.ctx(), pageOf({ name__icontains: piece }, groupFilters))).map(({ id }) => id)
    const projects = async (piece: string) =>
      (await listProjects(identity.ctx(), pageOf({ name__icontains: piece }, projectFilters))).map(({ id }) => id)
    expect([await groups('RATO'), await projects('arb')]).toEqual([[group.id], [project.id]])
    await write(async (ctx) => {
      await saveGroup(ctx, { ...group, name: 'Watch' })
      await saveProject(ctx, { ...whole, name: 'Pier' })
    })
    expect([await groups('RATO'), await projects('arb')]).toEqual([[], []])
    expect([await groups('atc'), await projects('ier')]).toEqual([[group.id], [project.id]])
    await write(async (ctx) => {
      await removeGroup(ctx, group.id)
      await removeProjects(ctx, [project.id])
    })
    expect([await groups('atc'), await projects('ier')]).toEqual([[], []])
  })

  it('that very many names have finds them page by page', async () => {
    await write(async (ctx) => {
      for (let index = 0; index < 2100; index += 1) await insertUser(ctx, user(nth(2000 + index), `zz${index}`))
    })
    const page = (marker: string) => pageOf({ name__startswith: 'zz', limit: '1000', marker }, userFilters)
    const rows = await listUsers(identity.ctx(), page(nth(1999)))
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 1001 }, (_, index) => nth(2000 + index)))
    const last = await listUsers(identity.ctx(), page(nth(3999)))
    expect(last.map(({ name }) => name)).toEqual(Array.from({ length: 100 }, (_, index) => `zz${2000 + index}`))
    // Of two pieces the one that few have is looked up.
    const few = await listUsers(identity.ctx(), pageOf({ name__startswith: 'zz', name__endswith: '77' }, userFilters))
    expect(few).toHaveLength(21)
  })
})

it('the engine lowers no letter to one that the index does not', async () => {
  const cased = Array.from({ length: 0x1_f000 }, (_, code) =>
    code >= 0xd8_00 && code < 0xe0_00 ? '' : String.fromCodePoint(code),
  )
    .filter((letter) => letter !== letter.toLowerCase())
    .join('|')
  const { rows } = await sql<{ low: string }>`select lower(${cased}) as low`.execute(identity.ctx().db.read)
  expect(lowered(rows[0]?.low ?? '')).toBe(lowered(cased))
})

it('names that were here before the index are found', async () => {
  const { url, drop } = await freshDatabase()
  const db = await openDb(url, ':memory:')
  try {
    const { service, list } = identityMigrations
    await migrate(db, [{ service, list: list.filter(({ name }) => name < '0014') }])
    const rows = Array.from({ length: 1203 }, (_, index) => ({
      id: nth(index),
      name: index === 0 ? nth(0) : `old${index}`,
    }))
    for (let from = 0; from < rows.length; from += 100) {
      const values = rows.slice(from, from + 100).map(({ id, name }) => ({
        id,
        name,
        domain_id: 'default',
        enabled: 1,
        password_self_service: 0,
        failed_auth_count: 0,
        created_at: 0,
        options: '{}',
        extra: '{}',
        default_project_id: null,
        password_hash: null,
        password_created_at: null,
        password_expires_at: null,
        failed_auth_at: null,
        last_active_at: null,
      }))
      await db.write.insertInto('identity_users').values(values).execute()
    }
    expect(await migrate(db, [identityMigrations])).toContain('identity/0014_name_ends')
    const ends = await db.read
      .selectFrom('identity_name_ends')
      .select('id')
      .where('name_end', '=', Buffer.from('old1202'))
      .execute()
    expect(ends).toEqual([{ id: nth(1202) }])
    const ids = await db.read.selectFrom('identity_name_ends').select('id').distinct().execute()
    expect(ids).toHaveLength(1202)
  } finally {
    await db.close()
    await drop()
  }
})
