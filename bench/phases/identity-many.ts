// A cloud of 100,000 users and 20,000 projects: what its lists cost, and what memory a token takes that is known. They are
// written into the database at once, as requests would take an hour.
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { endsOf, type NameKind } from '../../src/identity/names/rules.ts'
import type { BenchCloud } from '../cloud.ts'
import { type Measure, measure, must } from '../load.ts'
import { heapOf } from '../heap.ts'
import { idIn, type Phases, pool } from './phase.ts'

const userCount = 100_000
const projectCount = 20_000
/** Known tokens; half of them are there before memory is read. */
const tokenCount = 16_000

/** Rows of a transaction. */
const AT_ONCE = 5000

const padded = (index: number): string => String(index).padStart(6, '0')
const userName = (index: number): string => `bench-user-${padded(index)}@example.org`
/** Ids in no order, as those are that are drawn by lot. */
const idOf = (kind: number, index: number): string =>
  `${kind}${Math.imul(index + 1, 0x9e37_79b1)
    .toString(16)
    .padStart(9, '0')
    .replace('-', 'f')}`.padEnd(32, 'a')

/** Each user has a role in one project, and there are five to a project. */
async function seed(state: string, roleId: string): Promise<void> {
  const database = new Sqlite(join(state, 'haneul.sqlite'))
  try {
    const user = database.prepare(
      `insert into identity_users (id, domain_id, name, enabled, password_self_service, failed_auth_count, created_at, options, extra)
       values (?, 'default', ?, 1, 0, 0, 0, '{}', '{"email":"somebody@example.org"}')`,
    )
    const project = database.prepare(
      `insert into identity_projects (id, domain_id, name, description, enabled, parent_id, is_domain, options, extra)
       values (?, 'default', ?, '', 1, 'default', 0, '{}', '{}')`,
    )
    const assignment = database.prepare("insert into identity_assignments values ('user', ?, 'project', ?, ?, 0)")
    const nameEnd = database.prepare('insert into identity_name_ends values (?, ?, ?)')
    const keep = (kind: NameKind, id: string, name: string): void => {
      for (const end of endsOf(name)) nameEnd.run(kind, end, id)
    }
    const addProject = (index: number): void => {
      const [id, name] = [idOf(1, index), `bench-project-${padded(index)}`]
      project.run(id, name)
      keep('project', id, name)
    }
    const addUser = (index: number): void => {
      const [id, name] = [idOf(0, index), userName(index)]
      user.run(id, name)
      keep('user', id, name)
      assignment.run(id, idOf(1, index % projectCount), roleId)
    }
    for (const [count, add] of [
      [projectCount, addProject],
      [userCount, addUser],
    ] as const) {
      for (let from = 0; from < count; from += AT_ONCE) {
        database.transaction(() => {
          for (let index = from; index < from + AT_ONCE; index += 1) add(index)
        })()
        // The cloud writes too, and ends connections that are idle.
        await setImmediate()
      }
    }
  } finally {
    database.close()
  }
}

export const identityManyPhases: Phases = async (cloud, note, seconds) => {
  const { pids, token } = cloud
  const url = `${cloud.url('identity')}/v3`
  await seed(cloud.state, idIn((await must('GET', `${url}/roles?name=member`, { token })).text))
  const [user, project] = [idOf(0, 77), idOf(1, 77)]
  const requests = {
    user: `users/${user}`,
    users_page: 'users?limit=25',
    users_page_deep: `users?limit=25&marker=${user}`,
    users_1000: 'users',
    users_by_name: `users?name=${userName(777)}&domain_id=default`,
    users_containing: 'users?name__contains=er-000777@ex',
    users_containing_10: 'users?name__icontains=USER-00077',
    users_containing_100: 'users?name__contains=-0077',
    users_containing_all: 'users?name__contains=example&limit=25',
    users_containing_none: 'users?name__contains=nobody',
    users_starting: 'users?name__startswith=bench-user-00077',
    users_ending: 'users?name__endswith=77777@example.org',
    project: `projects/${project}`,
    projects_page: 'projects?limit=25',
    projects_by_name: 'projects?name=bench-project-000777&domain_id=default',
    projects_containing: 'projects?name__contains=ject-000777',
    projects_of_user: `users/${user}/projects`,
    assignments_of_user: `role_assignments?user.id=${user}&effective`,
    assignments_of_project: `role_assignments?scope.project.id=${project}&effective&include_names`,
  }
  for (const [name, path] of Object.entries(requests)) {
    await note(`identity_100k_${name}`, () =>
      measure(pids, { concurrency: 1, seconds: Math.min(seconds, 2), warm: 20 }, () =>
        must('GET', `${url}/${path}`, { token }),
      ),
    )
  }
  await note('identity_known_tokens', () => measureTokens(cloud))
}

/** CPU of a token that is issued and validated, and the memory it takes from then on. */
async function measureTokens({ pids, inspectorPort, url, loginBody, token }: BenchCloud): Promise<Measure> {
  const tokens = `${url('identity')}/v3/auth/tokens`
  const half = tokenCount / 2
  const unit = async () => {
    const subject = String((await must('POST', tokens, { body: loginBody })).headers['x-subject-token'])
    await must('GET', tokens, { token, headers: { 'x-subject-token': subject } })
  }
  const [controller = 0] = pids
  await pool(half, 8, unit)
  const before = await heapOf(controller, inspectorPort)
  const result = await measure(pids, { concurrency: 8, seconds: 600, count: half, warm: 0 }, unit)
  const bytes = ((await heapOf(controller, inspectorPort)) - before) / half
  return { ...result, remark: `${bytes.toFixed(0)} bytes a token` }
}
