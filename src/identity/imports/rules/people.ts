import { createHash } from 'node:crypto'
import type { Left, Planned, PlannedRow } from './plan.ts'
import { shadowsIn } from './federation.ts'
import { optionsJson } from './places.ts'
import {
  attributes,
  flag,
  grouped,
  micros,
  moment,
  rowsOf,
  type SourceRow,
  type SourceTables,
  text,
  textOrNull,
  whole,
} from './source.ts'

/** Users with their passwords, groups, memberships and assignments. */
export function planPeople(tables: SourceTables): { readonly planned: Planned[]; readonly left: Left[] } {
  const { users, former, left } = planUsers(tables)
  const planned: Planned[] = [
    {
      kind: 'users',
      table: 'identity_users',
      key: ['id'],
      unique: ['domain_id', 'name'],
      named: 'users',
      refs: { domain_id: 'projects', default_project_id: 'projects' },
      rows: users,
    },
    {
      kind: 'former_passwords',
      table: 'identity_passwords',
      key: ['id'],
      refs: { user_id: 'users' },
      rows: former,
    },
    {
      kind: 'groups',
      table: 'identity_groups',
      key: ['id'],
      unique: ['domain_id', 'name'],
      named: 'groups',
      refs: { domain_id: 'projects' },
      rows: rowsOf(tables, 'group').map((row) => ({
        id: text(row, 'id'),
        domain_id: text(row, 'domain_id'),
        name: text(row, 'name'),
        description: textOrNull(row, 'description'),
        extra: JSON.stringify(attributes(row, 'extra')),
      })),
    },
    {
      kind: 'memberships',
      table: 'identity_memberships',
      key: ['group_id', 'user_id'],
      refs: { group_id: 'groups', user_id: 'users' },
      rows: rowsOf(tables, 'user_group_membership').map((row) => ({
        group_id: text(row, 'group_id'),
        user_id: text(row, 'user_id'),
      })),
    },
    ...planAssignments(tables),
  ]
  return { planned, left }
}

function planUsers(tables: SourceTables) {
  const locals = new Map(rowsOf(tables, 'local_user').map((row) => [text(row, 'user_id'), row]))
  const passwords = grouped(rowsOf(tables, 'password'), 'local_user_id')
  const options = grouped(rowsOf(tables, 'user_option'), 'user_id')
  const users: PlannedRow[] = []
  const former: PlannedRow[] = []
  const shadows = shadowsIn(tables)
  let foreign = 0
  for (const row of rowsOf(tables, 'user')) {
    const id = text(row, 'id')
    // What only identity providers know has its own id for a name here.
    const shadow = shadows.has(id) ? { domain_id: text(row, 'domain_id'), name: id } : undefined
    const local = locals.get(id) ?? shadow
    if (local === undefined) {
      // Known from a directory only: it comes back, under the same id, at its next login.
      foreign += 1
      continue
    }
    const [present, ...older] = (passwords.get(text(local, 'id')) ?? [])
      .filter((password) => text(password, 'password_hash') !== '')
      .toSorted((a, b) => createdAt(b) - createdAt(a) || (whole(b, 'id') ?? 0) - (whole(a, 'id') ?? 0))
    users.push(userRow(row, local, present, optionsJson(options.get(id))))
    for (const password of older) {
      const hash = text(password, 'password_hash')
      const key = createHash('sha256').update(`${id} ${hash}`).digest('hex')
      former.push({ id: key, user_id: id, hash, created_at: createdAt(password) })
    }
  }
  return { users, former, left: [{ what: 'users of directories', count: foreign }] }
}

const createdAt = (password: SourceRow): number =>
  Math.floor((micros(password, 'created_at_int', 'created_at') ?? 0) / 1000)

const toMs = (value: number | null): number | null => (value === null ? null : Math.floor(value / 1000))

function userRow(row: SourceRow, local: SourceRow, password: SourceRow | undefined, options: string): PlannedRow {
  return {
    id: text(row, 'id'),
    domain_id: text(local, 'domain_id'),
    name: text(local, 'name'),
    enabled: flag(row, 'enabled', true),
    default_project_id: textOrNull(row, 'default_project_id') || null,
    password_hash: password === undefined ? null : text(password, 'password_hash'),
    password_created_at: password === undefined ? null : createdAt(password),
    password_expires_at: password === undefined ? null : toMs(micros(password, 'expires_at_int', 'expires_at')),
    password_self_service: password === undefined ? 0 : flag(password, 'self_service', false),
    failed_auth_count: whole(local, 'failed_auth_count') ?? 0,
    failed_auth_at: moment(local, 'failed_auth_at'),
    created_at: moment(row, 'created_at') ?? 0,
    last_active_at: moment(row, 'last_active_at'),
    options,
    extra: JSON.stringify(attributes(row, 'extra')),
  }
}

/** `UserProject`, `GroupDomain`, `UserSystem`, … */
const KINDS = /^(User|Group)(Project|Domain|System)$/

/** Assignments to users and to groups apart, for their ids are of different kinds. */
function planAssignments(tables: SourceTables): Planned[] {
  const rows = [...rowsOf(tables, 'assignment'), ...rowsOf(tables, 'system_assignment')].flatMap((row) => {
    const [, actor, target] = KINDS.exec(text(row, 'type')) ?? []
    if (actor === undefined || target === undefined) return []
    return {
      actor_kind: actor.toLowerCase(),
      actor_id: text(row, 'actor_id'),
      target_kind: target.toLowerCase(),
      target_id: target === 'System' ? 'all' : text(row, 'target_id'),
      role_id: text(row, 'role_id'),
      inherited: flag(row, 'inherited', false),
    }
  })
  const refs = { target_id: 'projects', role_id: 'roles' } as const
  const planned = {
    table: 'identity_assignments',
    key: ['actor_kind', 'actor_id', 'target_kind', 'target_id', 'role_id', 'inherited'],
  }
  const of = (kind: string) => rows.filter(({ actor_kind }) => actor_kind === kind)
  return [
    { ...planned, kind: 'assignments', refs: { ...refs, actor_id: 'users' }, rows: of('user') },
    { ...planned, kind: 'assignments', refs: { ...refs, actor_id: 'groups' }, rows: of('group') },
  ]
}
