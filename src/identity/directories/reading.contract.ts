// What users and groups of a domain show of themselves, wherever they come from: the database, or a directory.
import { describe, expect, it } from 'vitest'
import { at, type TestIdentity } from '../testing/identity.ts'

/** People of the contract: `crew` holds alice and bob; carol is disabled; every password is `<name>'s`. */
export const people = [
  { name: 'alice', mail: 'alice@example.org', enabled: true },
  { name: "o'brien (x)*\\", mail: 'ob@example.org', enabled: true },
  { name: 'bob', mail: 'bob@example.org', enabled: true },
  { name: 'carol', mail: 'carol@example.org', enabled: false },
  { name: '김하늘', mail: 'kim@example.org', enabled: true },
] as const

type Place = { readonly identity: TestIdentity; readonly domainId: string }

export function readingContract(name: string, place: () => Place): void {
  const get = (path: string) => place().identity.admin('GET', path)
  const list = (rest = '') => get(`/v3/users?domain_id=${place().domainId}${rest}`)
  const idOf = async (user: string) => at(await list(`&name=${encodeURIComponent(user)}`), 'users', 0, 'id')
  const groupId = async () => at(await get(`/v3/groups?domain_id=${place().domainId}&name=crew`), 'groups', 0, 'id')
  const login = (user: string, password: string, scope: object | string = 'unscoped') =>
    place().identity.login({ name: user, domain: { id: place().domainId }, password }, scope)

  describe(`users and groups of ${name}`, () => {
    it('are listed, and found by their names whatever those hold', async () => {
      expect((await list()).body).toMatchObject({ users: { length: people.length } })
      for (const { name: user, mail, enabled } of people) {
        const { body } = await list(`&name=${encodeURIComponent(user)}`)
        expect(body).toMatchObject({
          users: [{ name: user, email: mail, enabled, domain_id: place().domainId, options: {} }],
        })
      }
      expect((await list('&name=nobody')).body).toMatchObject({ users: [] })
      expect((await list(`&name=${encodeURIComponent('*')}`)).body).toMatchObject({ users: [] })
      expect((await list('&name__contains=o')).body).toMatchObject({ users: { length: 3 } })
      expect((await list('&name__startswith=a')).body).toMatchObject({ users: [{ name: 'alice' }] })
      expect((await list('&name__endswith=ol')).body).toMatchObject({ users: [{ name: 'carol' }] })
      expect((await list('&enabled=0')).body).toMatchObject({ users: [{ name: 'carol' }] })
    })

    it('are shown by id, and their groups with their members', async () => {
      const [alice, carol, crew] = [await idOf('alice'), await idOf('carol'), await groupId()]
      expect((await get(`/v3/users/${alice}`)).body).toMatchObject({ user: { id: alice, name: 'alice' } })
      expect((await get(`/v3/groups/${crew}`)).body).toMatchObject({ group: { name: 'crew', description: 'of ships' } })
      expect((await get(`/v3/groups/${crew}/users`)).body).toMatchObject({ users: { length: 2 } })
      expect((await get(`/v3/users/${alice}/groups`)).body).toMatchObject({ groups: [{ id: crew }] })
      expect((await get(`/v3/users/${carol}/groups`)).body).toMatchObject({ groups: [] })
      expect((await get(`/v3/groups/${crew}/users/${alice}`)).status).toBe(204)
      expect((await get(`/v3/groups/${crew}/users/${carol}`)).status).toBe(404)
      expect((await get(`/v3/users/${'f'.repeat(64)}`)).status).toBe(404)
    })

    it('log in with their passwords, and with nothing else', async () => {
      for (const { name: user, enabled } of people) {
        expect((await login(user, `${user}'s`)).status).toBe(enabled ? 201 : 401)
        for (const wrong of ['', 'wrong', '*']) expect((await login(user, wrong)).status).toBe(401)
      }
      for (const user of ['nobody', '*', 'alice)(cn=*', 'a*']) expect((await login(user, "alice's")).status).toBe(401)
      const byId = { id: await idOf('alice'), password: "alice's" }
      expect((await place().identity.login(byId, 'unscoped')).status).toBe(201)
    })

    it('have roles, themselves and through their groups', async () => {
      const { identity, domainId } = place()
      const member = at(await get('/v3/roles?name=member'), 'roles', 0, 'id')
      const project = at(
        await identity.admin('POST', '/v3/projects', { project: { name: 'ship', domain_id: domainId } }),
        'project',
        'id',
      )
      const scope = { project: { id: project } }
      expect((await login('bob', "bob's", scope)).status).toBe(401)
      await identity.admin('PUT', `/v3/projects/${project}/groups/${await groupId()}/roles/${member}`)
      expect((await login('bob', "bob's", scope)).body).toMatchObject({
        token: { user: { name: 'bob', domain: { id: domainId } }, project: { name: 'ship' } },
      })
      const kim = await idOf('김하늘')
      expect((await identity.admin('PUT', `/v3/projects/${project}/users/${kim}/roles/${member}`)).status).toBe(204)
      const token = await identity.token({ id: kim, password: "김하늘's" }, scope)
      const seen = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })
      expect(seen.body).toMatchObject({ token: { user: { id: kim } } })
    })
  })
}
