import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLdap } from './drivers/ldap/directory.ts'
import { type DirectoryEntry, startActiveDirectory } from '../testing/active-directory.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { publicIdOf, readLdapOptions } from './rules.ts'

const password = 'of everybody'
const suffix = 'DC=example,DC=org'
const userDn = (name: string) => `CN=${name},OU=Users,${suffix}`
const groupDn = (name: string) => `CN=${name},OU=Groups,${suffix}`
const user = (name: string): DirectoryEntry => ({
  dn: userDn(name),
  attributes: { objectClass: ['user'], cn: [name], sn: [name] },
})
const group = (name: string, ...member: string[]): DirectoryEntry => ({
  dn: groupDn(name),
  attributes: { objectClass: ['group'], cn: [name], ou: [name], member },
})

let identity: TestIdentity
let directory: Awaited<ReturnType<typeof startActiveDirectory>>
beforeAll(async () => {
  directory = await startActiveDirectory(
    [
      user('alice'),
      user('bob'),
      group('operators', userDn('alice')),
      // A circle, as nobody forbids it.
      group('staff', groupDn('operators'), groupDn('all')),
      group('all', groupDn('staff'), userDn('bob')),
      { ...group('elsewhere', userDn('alice')), dn: `CN=elsewhere,OU=Old,${suffix}` },
    ],
    password,
  )
  identity = await startIdentity()
})
afterAll(async () => {
  await identity.stop()
  await directory.stop()
})

const optionsOf = (more: object) => ({
  url: directory.url,
  user: userDn('alice'),
  password,
  suffix,
  user_objectclass: 'user',
  user_attribute_ignore: ['enabled'],
  group_objectclass: 'group',
  group_tree_dn: `OU=Groups,${suffix}`,
  ...more,
})
async function newDomain(name: string, more: object): Promise<string> {
  const id = at(await identity.admin('POST', '/v3/domains', { domain: { name } }), 'domain', 'id')
  const config = { identity: { driver: 'ldap' }, ldap: optionsOf(more) }
  expect((await identity.admin('PUT', `/v3/domains/${id}/config`, { config })).status).toBe(201)
  return id
}
const names = async (path: string) =>
  [...JSON.stringify((await identity.admin('GET', path)).body).matchAll(/"name":"([^"]+)"/g)]
    .map(([, name = '']) => name)
    .toSorted()
const groups = (domain: string, name: string) => names(`/v3/users/${publicIdOf(domain, 'user', name)}/groups`)
const members = (domain: string, name: string) => names(`/v3/groups/${publicIdOf(domain, 'group', name)}/users`)
const fill = async (domain: string) => {
  expect(await names(`/v3/users?domain_id=${domain}`)).toEqual(['alice', 'bob'])
  expect(await names(`/v3/groups?domain_id=${domain}`)).toEqual(['all', 'operators', 'staff'])
}

it('members of a group in a group are its members where the directory says so', async () => {
  const domain = await newDomain('nested', { group_ad_nesting: true })
  await fill(domain)
  expect(await groups(domain, 'alice')).toEqual(['all', 'operators', 'staff'])
  expect(await groups(domain, 'bob')).toEqual(['all', 'staff'])
  expect(await members(domain, 'all')).toEqual(['alice', 'bob'])
  expect(await members(domain, 'operators')).toEqual(['alice'])
  // What a login brings is the same.
  const role = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
  const project = at(
    await identity.admin('POST', '/v3/projects', { project: { name: 'p', domain_id: domain } }),
    'project',
    'id',
  )
  await identity.admin('PUT', `/v3/projects/${project}/groups/${publicIdOf(domain, 'group', 'all')}/roles/${role}`)
  const alice = { name: 'alice', domain: { id: domain }, password }
  expect((await identity.login(alice, { project: { id: project } })).status).toBe(201)
  expect((await identity.login({ ...alice, password: 'other' }, { project: { id: project } })).status).toBe(401)
  expect(await members(domain, 'all')).toEqual(['alice', 'bob'])
})

it('and of their own group alone where it does not', async () => {
  const domain = await newDomain('flat', {})
  await fill(domain)
  expect(await groups(domain, 'alice')).toEqual(['operators'])
  expect(await members(domain, 'all')).toEqual(['bob'])
  expect(await members(domain, 'staff')).toEqual([])
})

it('what a directory was asked is told where that is wanted, and no password', async () => {
  const ask = async (debug_level: number) => {
    const told: object[] = []
    const given = Object.entries(optionsOf({ debug_level })).map(([option, value]) => ({
      group: 'ldap',
      option,
      value,
    }))
    const opened = openLdap(readLdapOptions(given), (fields) => told.push(fields))
    const [alice] = await opened.listUsers({ by: 'name', value: 'alice', how: 'exact' })
    if (!alice) throw new Error('nobody was found')
    expect([await opened.authenticate(alice, password), await opened.authenticate(alice, 'x')]).toEqual([true, false])
    await opened.close()
    return told
  }
  expect(await ask(0)).toEqual([])
  const told = await ask(1)
  expect(told).toEqual([
    { base: `ou=Users,${suffix}`, filter: '(&(objectClass=user)(sn=alice))', entries: 1 },
    { dn: userDn('alice'), bound: true },
    { dn: userDn('alice'), bound: false },
  ])
  expect(JSON.stringify(told)).not.toContain(password)
})
