// A cloud of 100,000 images: what any page of their list costs. They are written into the database at once, as requests would take minutes.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { measure, must } from '../load.ts'
import type { BenchCloud } from '../cloud.ts'
import { idIn, type Phases } from './phase.ts'

const count = 100_000
const nth = (index: number): string => `bench-many-${String(index).padStart(6, '0')}`

/** @returns the id of the one in the middle */
function seed(state: string, projectId: string): string {
  const database = new Sqlite(join(state, 'haneul.sqlite'))
  const ids = Array.from({ length: count }, () => randomUUID())
  try {
    const insert = database.prepare(
      `insert into image_images (id, name, status, visibility, owner, protected, os_hidden, disk_format, container_format, size,
         virtual_size, min_disk, min_ram, checksum, os_hash_algo, os_hash_value, properties, tags, stores, created_at, updated_at, revision)
       values (?, ?, 'active', ?, ?, 0, 0, 'qcow2', 'bare', ?, 1073741824, 0, 0, ?, 'sha512', ?, '{"os_distro":"debian"}', '["bench"]',
         'file', ?, ?, ?)`,
    )
    const property = database.prepare("insert into image_properties values (?, 'os_distro', 'debian')")
    const tag = database.prepare("insert into image_tags values (?, 'bench')")
    database.transaction(() => {
      for (const [index, id] of ids.entries()) {
        const visibility = index % 10 === 0 ? 'public' : 'private'
        const owner = index % 3 === 0 ? projectId : 'somebody-else'
        const at = 1_700_000_000_000 + index * 1000
        insert.run(id, nth(index), visibility, owner, index, 'a'.repeat(32), 'b'.repeat(128), at, at, index + 1)
        property.run(id)
        tag.run(id)
      }
    })()
  } finally {
    database.close()
  }
  return ids[count / 2] ?? ''
}

export const imageManyPhases: Phases = async (cloud, note, seconds) => {
  const { pids, token } = cloud
  const url = `${cloud.url('image')}/v2/images`
  const middle = seed(cloud.state, cloud.projectId)
  const pages = {
    first: 'limit=25',
    first_200: 'limit=200',
    deep: `limit=25&marker=${middle}`,
    by_name: 'limit=25&sort=name:asc',
    by_name_deep: `limit=25&sort=name:asc&marker=${middle}`,
    by_size: 'limit=25&sort_key=size&sort_dir=desc',
    by_updated: 'limit=25&sort=updated_at:desc',
    named: `name=${nth(777)}`,
    public: 'limit=25&visibility=public',
    own: `limit=25&owner=${cloud.projectId}`,
    tagged: 'limit=25&tag=bench',
    with_property: 'limit=25&os_distro=debian',
    by_status: 'limit=25&status=active',
    nothing: 'limit=25&tag=none',
    after_size: 'limit=25&size_min=99990',
    by_checksum: `checksum=${'c'.repeat(32)}`,
    iso: 'disk_format=iso',
  }
  const member = await loginAsMember(cloud)
  const list = (name: string, query: string, caller: string) =>
    note(`image_list_100k_${name}`, () =>
      measure(pids, { concurrency: 1, seconds: Math.min(seconds, 2), warm: 3 }, () =>
        must('GET', `${url}?${query}`, { token: caller }),
      ),
    )
  for (const [name, query] of Object.entries(pages)) await list(name, query, token)
  const seen = {
    first: 'limit=25',
    by_name: 'limit=25&sort=name:desc',
    private: 'visibility=private',
    tagged: 'tag=bench',
  }
  for (const [name, query] of Object.entries(seen)) await list(`member_${name}`, query, member)
}

/** A token of somebody with a project that has no image, who sees the public ones alone. */
async function loginAsMember({ url, token }: BenchCloud): Promise<string> {
  const keystone = `${url('identity')}/v3`
  const make = async (path: string, kind: string, fields: object): Promise<string> => {
    const body = { [kind]: { name: `bench-${kind}`, ...fields } }
    return idIn((await must('POST', `${keystone}/${path}`, { token, body })).text)
  }
  const password = 'bench-password'
  const project = await make('projects', 'project', { domain_id: 'default' })
  const user = await make('users', 'user', { domain_id: 'default', password })
  const role = idIn((await must('GET', `${keystone}/roles?name=member`, { token })).text)
  await must('PUT', `${keystone}/projects/${project}/users/${user}/roles/${role}`, { token })
  const identity = { methods: ['password'], password: { user: { id: user, password } } }
  const body = { auth: { identity, scope: { project: { id: project } } } }
  return String((await must('POST', `${keystone}/auth/tokens`, { body })).headers['x-subject-token'])
}
