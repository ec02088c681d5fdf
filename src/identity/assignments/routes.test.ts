import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let role: string
let domain: string
let parent: string
let child: string
let user: string
let group: string
beforeAll(async () => {
  identity = await startIdentity()
  const make = async (path: string, name: string, body: object) =>
    at(await identity.admin('POST', path, { [name]: body }), name, 'id')
  domain = await make('/v3/domains', 'domain', { name: 'd' })
  parent = await make('/v3/projects', 'project', { name: 'parent', domain_id: domain })
  child = await make('/v3/projects', 'project', { name: 'child', domain_id: domain, parent_id: parent })
  user = await make('/v3/users', 'user', { name: 'u', domain_id: domain, password: 'p' })
  group = await make('/v3/groups', 'group', { name: 'g', domain_id: domain })
  role = await make('/v3/roles', 'role', { name: 'r' })
  await identity.admin('PUT', `/v3/groups/${group}/users/${user}`)
})
afterAll(() => identity.stop())

const list = async (query: string) => identity.admin('GET', `/v3/role_assignments?${query}`)
const login = (scope: object) => identity.login({ id: user, password: 'p' }, scope)

describe('grants', () => {
  it('on projects, domains and the system are made, checked, listed and revoked', async () => {
    for (const place of [
      `/v3/projects/${parent}/users/${user}`,
      `/v3/projects/${parent}/groups/${group}`,
      `/v3/domains/${domain}/users/${user}`,
      `/v3/domains/${domain}/groups/${group}`,
      `/v3/system/users/${user}`,
      `/v3/system/groups/${group}`,
    ]) {
      const path = `${place}/roles/${role}`
      expect((await identity.admin('GET', path)).status).toBe(404)
      expect((await identity.admin('PUT', path)).status).toBe(204)
      expect((await identity.admin('PUT', path)).status).toBe(204)
      expect((await identity.admin('HEAD', path)).status).toBe(204)
      expect((await identity.admin('GET', `${place}/roles`)).body).toMatchObject({ roles: [{ id: role, name: 'r' }] })
      expect((await identity.admin('DELETE', path)).status).toBe(204)
      expect((await identity.admin('DELETE', path)).status).toBe(404)
      expect((await identity.admin('PUT', `${place}/roles/none`)).status).toBe(404)
    }
    expect((await identity.admin('PUT', `/v3/projects/none/users/${user}/roles/${role}`)).status).toBe(404)
    expect((await identity.admin('PUT', `/v3/projects/${parent}/users/none/roles/${role}`)).status).toBe(404)
  })

  it('of a group and by inheritance reach the projects below, and tokens follow at once', async () => {
    const path = `/v3/OS-INHERIT/domains/${domain}/groups/${group}/roles/${role}/inherited_to_projects`
    expect((await login({ project: { id: child } })).status).toBe(401)
    expect((await identity.admin('PUT', path)).status).toBe(204)
    expect((await identity.admin('GET', path)).status).toBe(204)
    const there = await login({ project: { id: child } })
    expect(there.body).toMatchObject({ token: { roles: [{ name: 'r' }] } })
    expect((await login({ domain: { id: domain } })).status).toBe(401)
    const token = there.headers.get('x-subject-token') ?? ''
    expect((await identity.call('GET', '/v3/auth/projects', { token })).body).toMatchObject({ projects: { length: 2 } })
    const listed = await list(`user.id=${user}&effective&scope.project.id=${child}&include_names`)
    expect(listed.body).toMatchObject({
      role_assignments: [
        {
          links: {
            assignment: expect.stringContaining(path),
            membership: expect.stringContaining(`/v3/groups/${group}/users/${user}`),
          },
          scope: {
            project: { id: child, name: 'child', domain: { id: domain, name: 'd' } },
            'OS-INHERIT:inherited_to': 'projects',
          },
          user: { id: user, name: 'u', domain: { id: domain, name: 'd' } },
          role: { id: role, name: 'r' },
        },
      ],
    })
    expect((await list(`group.id=${group}`)).body).toMatchObject({
      role_assignments: [{ scope: { domain: { id: domain } } }],
    })
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401)
  })

  it('on a domain as a project are inherited below it, and give no token for it', async () => {
    const inherited = `/v3/OS-INHERIT/projects/${domain}/users/${user}/roles/${role}/inherited_to_projects`
    expect((await identity.admin('PUT', inherited)).status).toBe(204)
    for (const id of [parent, child]) {
      expect((await login({ project: { id } })).body).toMatchObject({ token: { roles: [{ id: role }] } })
      expect((await list(`user.id=${user}&effective&scope.project.id=${id}`)).body).toMatchObject({
        role_assignments: [{ scope: { project: { id } }, role: { id: role } }],
      })
    }
    expect((await login({ domain: { id: domain } })).status).toBe(401)
    const direct = `/v3/projects/${domain}/users/${user}/roles/${role}`
    expect((await identity.admin('PUT', direct)).status).toBe(204)
    expect((await login({ project: { id: domain } })).status).toBe(401)
    expect((await login({ project: { name: 'd', domain: { id: domain } } })).status).toBe(401)
    for (const path of [inherited, direct]) expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await login({ project: { id: child } })).status).toBe(401)
  })

  it('on a project are inherited below it and not on it', async () => {
    const path = `/v3/OS-INHERIT/projects/${parent}/users/${user}/roles/${role}/inherited_to_projects`
    expect((await identity.admin('PUT', path)).status).toBe(204)
    expect((await login({ project: { id: parent } })).status).toBe(401)
    expect((await login({ project: { id: child } })).status).toBe(201)
    expect((await list(`scope.project.id=${parent}&include_subtree`)).body).toMatchObject({
      role_assignments: { length: 1 },
    })
    expect((await list(`scope.project.id=${parent}&include_subtree&effective`)).body).toMatchObject({
      role_assignments: [{ scope: { project: { id: child } } }],
    })
    expect((await identity.admin('DELETE', path)).status).toBe(204)
  })
})

describe('role assignments', () => {
  it('show implied roles where they are effective', async () => {
    const { body } = await identity.admin('GET', '/v3/role_assignments?effective&scope.project.id=none')
    expect(body).toMatchObject({ role_assignments: [] })
    const admin = await list('effective&include_names')
    const text = JSON.stringify(admin.body)
    for (const name of ['admin', 'manager', 'member', 'reader']) expect(text).toContain(`"name":"${name}"`)
    expect(text).toContain('prior_role')
    expect((await list('scope.system=all')).body).toMatchObject({
      role_assignments: [{ scope: { system: { all: true } } }],
    })
  })

  it.each([
    'scope.project.id=a&scope.domain.id=b',
    'scope.system=all&scope.domain.id=b',
    'scope.system=all&scope.project.id=b',
    'user.id=a&group.id=b',
    'effective&group.id=a',
    'effective&scope.domain.id=a&scope.OS-INHERIT:inherited_to=projects',
    'include_subtree',
  ])('refuse filters that contradict each other: %s', async (query) => {
    expect((await list(query)).status).toBe(400)
  })
})

describe('roles', () => {
  it('imply others, in circles if somebody wants that', async () => {
    const make = async (name: string, more: object = {}) =>
      at(await identity.admin('POST', '/v3/roles', { role: { name, ...more } }), 'role', 'id')
    const [a, b, own] = [await make('a'), await make('b'), await make('own', { domain_id: domain })]
    const path = (prior: string, implied: string) => `/v3/roles/${prior}/implies/${implied}`
    expect(await identity.admin('PUT', path(a, b))).toMatchObject({
      status: 201,
      body: { role_inference: { prior_role: { id: a, name: 'a' }, implies: { id: b, name: 'b' } } },
    })
    expect((await identity.admin('PUT', path(a, b))).status).toBe(409)
    expect((await identity.admin('PUT', path(b, a))).status).toBe(201)
    expect((await identity.admin('PUT', path(own, a))).status).toBe(201)
    expect((await identity.admin('PUT', path(a, own))).status).toBe(403)
    expect((await identity.admin('HEAD', path(a, b))).status).toBe(204)
    expect((await identity.admin('GET', `/v3/roles/${a}/implies`)).body).toMatchObject({
      role_inference: { implies: [{ id: b }] },
    })
    expect(JSON.stringify((await identity.admin('GET', '/v3/role_inferences')).body)).toContain(a)
    await identity.admin('PUT', `/v3/projects/${parent}/users/${user}/roles/${own}`)
    const token = await login({ project: { id: parent } })
    expect(token.body).toMatchObject({ token: { roles: { length: 2 } } })
    expect(JSON.stringify(token.body)).not.toContain('"own"')
    expect((await identity.admin('DELETE', path(a, b))).status).toBe(204)
    expect((await identity.admin('GET', path(a, b))).status).toBe(404)
  })

  it('of a domain are apart from the global ones, and fit its projects only', async () => {
    const make = (role: object) => identity.admin('POST', '/v3/roles', { role })
    const mine = await make({ name: 'mine', domain_id: domain })
    expect(mine).toMatchObject({ status: 201, body: { role: { domain_id: domain } } })
    expect((await make({ name: 'mine' })).status).toBe(201)
    expect((await make({ name: 'mine' })).status).toBe(409)
    expect((await identity.admin('GET', `/v3/roles?domain_id=${domain}&name=mine`)).body).toMatchObject({
      roles: { length: 1 },
    })
    const foreign = at(await identity.admin('POST', '/v3/projects', { project: { name: 'foreign' } }), 'project', 'id')
    const id = at(mine, 'role', 'id')
    expect((await identity.admin('PUT', `/v3/projects/${foreign}/users/${user}/roles/${id}`)).status).toBe(403)
    expect((await identity.admin('PATCH', `/v3/roles/${id}`, { role: { domain_id: null } })).status).toBe(400)
    expect((await identity.admin('DELETE', `/v3/roles/${id}`)).status).toBe(204)
  })
})
