import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdentityTools } from '../operator/tools.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { reader, type Slapd, startSlapd, suffix } from '../testing/slapd.ts'
import { freePort } from '../testing/keystone.ts'
import { people, readingContract } from './reading.contract.ts'
import { publicIdOf } from './rules.ts'

let identity: TestIdentity
let slapd: Slapd
let directory = ''
let database = ''

const base64 = (text: string) => Buffer.from(text).toString('base64')
const uidOf = (index: number) => `u${index}`
const dnOf = (index: number) => `uid=${uidOf(index)},ou=People,${suffix}`
const entries = [
  `dn: ou=People,${suffix}\nobjectClass: organizationalUnit\nou: People\n`,
  `dn: ou=Groups,${suffix}\nobjectClass: organizationalUnit\nou: Groups\n`,
  ...people.map(
    ({ name, mail, enabled }, index) =>
      `dn: ${dnOf(index)}\nobjectClass: inetOrgPerson\nuid: ${uidOf(index)}\ncn:: ${base64(name)}\nsn: x\nmail: ${mail}\n` +
      `employeeNumber: ${enabled ? 512 : 514}\nemployeeType: ${enabled ? 'FALSE' : 'TRUE'}\nuserPassword:: ${base64(`${name}'s`)}\n`,
  ),
  `dn: uid=robot,ou=People,${suffix}\nobjectClass: inetOrgPerson\nuid: robot\ncn: robot\nsn: x\nemployeeNumber: 512\ntitle: machine\n`,
  `dn: cn=crew,ou=Groups,${suffix}\nobjectClass: groupOfNames\ncn: crew\ndescription: of ships\nmember: ${dnOf(0)}\nmember: ${dnOf(2).replace('uid=', 'UID = ')}\nmember: uid=gone,${suffix}\n`,
  `dn: cn=enabled_users,ou=Groups,${suffix}\nobjectClass: groupOfNames\ncn: enabled_users\nmember: ${dnOf(1)}\n`,
].join('\n')

const options = () => ({
  url: `ldap://127.0.0.1:1,${slapd.url}`,
  user: reader.dn,
  password: reader.password,
  suffix,
  page_size: 2,
  user_tree_dn: `ou=People,${suffix}`,
  user_filter: '(!(title=machine))',
  user_id_attribute: 'uid',
  user_name_attribute: 'cn',
  user_enabled_attribute: 'employeeNumber',
  user_enabled_mask: 2,
  user_enabled_default: '512',
  group_tree_dn: `ou=Groups,${suffix}`,
  group_filter: '(description=*)',
  group_name_attribute: 'cn',
})

const newDomain = async (name: string) =>
  at(await identity.admin('POST', '/v3/domains', { domain: { name } }), 'domain', 'id')
const configure = (id: string, ldap: object) =>
  identity.admin('PUT', `/v3/domains/${id}/config`, { config: { identity: { driver: 'ldap' }, ldap } })

beforeAll(async () => {
  slapd = await startSlapd(entries)
  identity = await startIdentity()
  directory = await newDomain('directory')
  expect((await configure(directory, options())).status).toBe(201)
  database = await newDomain('database')
  const ids: string[] = []
  for (const { name, mail, enabled } of people) {
    const user = { name, email: mail, enabled, password: `${name}'s`, domain_id: database }
    ids.push(at(await identity.admin('POST', '/v3/users', { user }), 'user', 'id'))
  }
  const group = { name: 'crew', description: 'of ships', domain_id: database }
  const id = at(await identity.admin('POST', '/v3/groups', { group }), 'group', 'id')
  for (const member of [ids[0], ids[2]]) await identity.admin('PUT', `/v3/groups/${id}/users/${member}`)
})
afterAll(async () => {
  await identity.stop()
  await slapd.stop()
})

readingContract('the database', () => ({ identity, domainId: database }))
readingContract('a directory', () => ({ identity, domainId: directory }))

describe('a directory', () => {
  const users = async (id: string, rest = '') => (await identity.admin('GET', `/v3/users?domain_id=${id}${rest}`)).body
  const login = (name: string, domain: string) =>
    identity.login({ name, domain: { id: domain }, password: `${name}'s` }, 'unscoped')

  it('gives its users the ids that Keystone gives them', async () => {
    const id = at(await identity.admin('GET', `/v3/users?domain_id=${directory}&name=alice`), 'users', 0, 'id')
    expect(id).toBe(publicIdOf(directory, 'user', 'u0'))
  })

  it('is only read', async () => {
    const id = publicIdOf(directory, 'user', 'u0')
    const group = publicIdOf(directory, 'group', 'crew')
    const refused = [
      await identity.admin('POST', '/v3/users', { user: { name: 'x', domain_id: directory } }),
      await identity.admin('PATCH', `/v3/users/${id}`, { user: { enabled: false } }),
      await identity.admin('DELETE', `/v3/users/${id}`),
      await identity.admin('POST', '/v3/groups', { group: { name: 'x', domain_id: directory } }),
      await identity.admin('PATCH', `/v3/groups/${group}`, { group: { name: 'x' } }),
      await identity.admin('DELETE', `/v3/groups/${group}`),
      await identity.admin('PUT', `/v3/groups/${group}/users/${id}`),
      await identity.admin('DELETE', `/v3/groups/${group}/users/${id}`),
      await identity.call('POST', `/v3/users/${id}/password`, {
        token: '',
        body: { user: { original_password: "alice's", password: 'new' } },
      }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403))
  })

  it('says who is enabled in other ways as well', async () => {
    const inverted = await newDomain('inverted')
    const flag = { user_enabled_attribute: 'employeeType', user_enabled_mask: 0, user_enabled_invert: true }
    await configure(inverted, { ...options(), ...flag, user_enabled_default: 'False' })
    expect(await users(inverted, '&enabled=0')).toMatchObject({ users: [{ name: 'carol' }] })
    const emulated = await newDomain('emulated')
    const group = { user_enabled_emulation: true, user_enabled_emulation_dn: `cn=enabled_users,ou=Groups,${suffix}` }
    await configure(emulated, { ...options(), ...group, user_enabled_mask: 0 })
    expect(await users(emulated, '&enabled=1')).toMatchObject({ users: [{ name: people[1].name }] })
    expect((await login('alice', emulated)).status).toBe(401)
    expect((await login(people[1].name, emulated)).status).toBe(201)
  })

  it('is followed: who is disabled or gone there has no token here', async () => {
    const kim = people.length - 1
    const user = { id: publicIdOf(directory, 'user', uidOf(kim)), password: "김하늘's" }
    const token = await identity.token(user, 'unscoped')
    const works = async () => (await identity.call('GET', '/v3/auth/projects', { token })).status
    expect(await works()).toBe(200)
    slapd.modify(`dn: ${dnOf(kim)}\nchangetype: modify\nreplace: employeeNumber\nemployeeNumber: 514\n`)
    await users(directory)
    expect(await works()).toBe(401)
    slapd.modify(`dn: ${dnOf(kim)}\nchangetype: delete\n`)
    expect(await users(directory)).toMatchObject({ users: { length: people.length - 1 } })
    expect((await identity.admin('GET', `/v3/users/${publicIdOf(directory, 'user', uidOf(kim))}`)).status).toBe(404)
  })

  it('is tried again as often as its pool says, and no more where the password is wrong', async () => {
    let refused = 0
    let taken = 0
    let failures = 0
    const front = createServer((socket) => {
      if (refused < failures) {
        refused += 1
        socket.destroy()
        return
      }
      taken += 1
      const behind = connect(Number(new URL(slapd.url).port), '127.0.0.1')
      socket.on('error', () => behind.destroy()).pipe(behind)
      behind.on('error', () => socket.destroy()).pipe(socket)
    })
    const port = await freePort()
    await new Promise<void>((resolve) => front.listen(port, '127.0.0.1', resolve))
    const behindFront = { ...options(), url: `ldap://127.0.0.1:${port}`, pool_retry_delay: 0.01 }
    const attempt = async (name: string, pool_retry_max: number, failing: number, more = {}) => {
      const id = await newDomain(name)
      await configure(id, { ...behindFront, pool_retry_max, ...more })
      ;[refused, taken, failures] = [0, 0, failing]
      const { status } = await identity.admin('GET', `/v3/users?domain_id=${id}`)
      await identity.admin('DELETE', `/v3/domains/${id}/config`)
      return { status, refused, taken }
    }
    expect(await attempt('patient', 3, 2)).toEqual({ status: 200, refused: 2, taken: 1 })
    expect(await attempt('hasty', 2, 5)).toEqual({ status: 500, refused: 2, taken: 0 })
    expect(await attempt('alone', 3, 5, { use_pool: false })).toEqual({ status: 500, refused: 1, taken: 0 })
    expect(await attempt('mistaken', 3, 0, { password: 'x' })).toEqual({ status: 500, refused: 0, taken: 1 })
    await new Promise((resolve) => front.close(resolve))
  })

  it('keeps its secrets, and what it says of itself when it is away', async () => {
    const shown = await identity.admin('GET', `/v3/domains/${directory}/config`)
    expect(JSON.stringify(shown.body)).not.toContain(reader.password)
    await slapd.halt()
    const away = await identity.admin('GET', `/v3/users?domain_id=${directory}`)
    expect(away).toMatchObject({
      status: 500,
      body: { error: { message: 'An unexpected error prevented the server from fulfilling your request.' } },
    })
    expect((await login('alice', directory)).status).toBe(500)
    expect((await identity.admin('GET', '/v3/users?name=admin')).status).toBe(200)
    await slapd.start()
    expect((await login('alice', directory)).status).toBe(201)
    const wrong = await newDomain('wrong')
    await configure(wrong, { ...options(), password: 'not it' })
    expect((await identity.admin('GET', `/v3/users?domain_id=${wrong}`)).status).toBe(500)
  })

  it('has its mappings purged, and the same ids afterwards', async () => {
    const tools = createIdentityTools(identity.runtime.platform.config)
    const count = await tools.purgeMappings(identity.ctx(), { domainName: 'directory', type: 'user' })
    // That of the user who is gone was kept.
    expect(count).toBe(people.length)
    const listed = at(await identity.admin('GET', `/v3/users?domain_id=${directory}&name=alice`), 'users', 0, 'id')
    expect(listed).toBe(publicIdOf(directory, 'user', 'u0'))
  })

  it('leaves nothing when the domain gets another driver', async () => {
    await identity.admin('PATCH', `/v3/domains/${directory}/config/identity/driver`, { config: { driver: 'sql' } })
    expect(await identity.reconcile('identity.refresh-directories')).toMatchObject({ domains: 3 })
    expect(await users(directory)).toMatchObject({ users: [] })
    expect((await login('alice', directory)).status).toBe(401)
  })
})
