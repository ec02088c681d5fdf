import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseFernetKey } from '#lib/fernet/fernet.ts'
import { readMasterKey } from '../secrets.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { credentialKey, password, sample, withoutConflicts } from '../testing/keystone-rows.ts'
import { loginWithAccess } from '../testing/oauth1.ts'
import { type ImportOptions, importKeystone } from './operations.ts'
import type { SourceRow } from './rules/source.ts'

let identity: TestIdentity
beforeEach(async () => {
  identity = await startIdentity()
})
afterEach(() => identity.stop())

const bring = (tables: Map<string, SourceRow[]>, options: Partial<ImportOptions> = {}) =>
  importKeystone(identity.ctx(), readMasterKey(identity.runtime.platform.config.state), tables, {
    credentialKeys: [parseFernetKey(credentialKey)],
    adopt: false,
    dryRun: false,
    ...options,
  })
const get = async (path: string) => (await identity.admin('GET', path)).body

describe('what a Keystone held', () => {
  it('is here afterwards under the same ids, and again changes nothing', async () => {
    const report = await bring(withoutConflicts())
    expect(report).toMatchObject({ conflicts: [], written: true })
    expect(report.left).toEqual([
      { what: 'users of directories', count: 2 },
      { what: 'credentials that no given key opens', count: 1 },
      { what: 'request_token', count: 1 },
    ])
    const login = (scope: object | string) => identity.login({ id: 'u1', password }, scope)
    expect((await login({ project: { id: 'p2' } })).body).toMatchObject({
      token: {
        user: { name: 'alice' },
        project: { id: 'p2' },
        roles: expect.arrayContaining([{ id: 'r1', name: 'auditor' }]),
      },
    })
    expect((await identity.login({ id: 'gone', password }, 'unscoped')).status).toBe(401)
    expect(await get('/v3/users/u1')).toMatchObject({
      user: { email: 'a@example.org', options: { lock_password: true } },
    })
    expect(await get('/v3/projects/p2')).toMatchObject({
      project: { parent_id: 'p1', domain_id: 'd1', tags: ['blue'] },
    })
    expect(await get('/v3/domains/d1')).toMatchObject({ domain: { name: 'Old' } })
    expect(await get('/v3/roles/r1')).toMatchObject({ role: { options: { immutable: true }, description: 'looks' } })
    expect(await get('/v3/role_assignments?user.id=u1')).toMatchObject({ role_assignments: { length: 2 } })
    expect(await get('/v3/role_assignments?group.id=g1')).toMatchObject({
      role_assignments: [{ scope: { domain: { id: 'd1' }, 'OS-INHERIT:inherited_to': 'projects' } }],
    })
    expect(await get('/v3/users/u1/groups')).toMatchObject({ groups: [{ id: 'g1' }] })
    expect(await get('/v3/services/s1')).toMatchObject({ service: { name: 'cinder', description: 'disks' } })
    expect(await get('/v3/endpoints/e1')).toMatchObject({ endpoint: { url: 'http://old/v3/$(project_id)s' } })
    expect(await get('/v3/limits/l1')).toMatchObject({ limit: { resource_limit: 9, resource_name: 'volumes' } })
    expect(await get('/v3/credentials/c1')).toMatchObject({ credential: { blob: '{"access": "a", "secret": "s"}' } })
    expect(await get('/v3/domains/d1/config')).toEqual({ config: { ldap: { url: 'ldap://old' } } })
    expect(await get('/v3/OS-FEDERATION/identity_providers/sso')).toMatchObject({
      identity_provider: { domain_id: 'd1', enabled: true, authorization_ttl: 5, remote_ids: ['https://sso'] },
    })
    expect(await get('/v3/OS-FEDERATION/identity_providers/sso/protocols')).toMatchObject({
      protocols: [{ id: 'openid', mapping_id: 'map' }],
    })
    expect(await get('/v3/OS-FEDERATION/mappings/map')).toMatchObject({ mapping: { schema_version: '1.0' } })
    expect(await get('/v3/OS-FEDERATION/service_providers/sp')).toMatchObject({ service_provider: { enabled: true } })
    expect(await get('/v3/users/shadow')).toMatchObject({
      user: { name: 'Kim', federated: [{ idp_id: 'sso', protocols: [{ protocol_id: 'openid', unique_id: 'kim' }] }] },
    })
    expect(await get('/v3/users?name__icontains=ALICE&domain_id=d1')).toMatchObject({ users: [{ id: 'gone' }] })
    expect(await get('/v3/users?unique_id=alice')).toMatchObject({ users: [{ id: 'u1' }] })
    const program = { id: 'ac', secret: password }
    const auth = { identity: { methods: ['application_credential'], application_credential: program } }
    const entered = await identity.call('POST', '/v3/auth/tokens', { token: '', body: { auth } })
    expect(entered.body).toMatchObject({
      token: { application_credential: { restricted: true, access_rules: [{ id: 'ar' }] } },
    })
    expect(await get('/v3/OS-OAUTH1/consumers/oc')).toMatchObject({
      consumer: { description: 'program', colour: 'red' },
    })
    const consumer = { id: 'oc', secret: 'of-oc' }
    const borrowed = await loginWithAccess(identity, consumer, { id: 'oa', secret: 'of-oa' })
    expect(borrowed.body).toMatchObject({
      token: { user: { id: 'u1' }, project: { id: 'p2' }, 'OS-OAUTH1': { consumer_id: 'oc' }, roles: [{ id: 'r1' }] },
    })
    expect((await loginWithAccess(identity, consumer, { id: 'ob', secret: 'of-ob' })).status).toBe(401)
    expect((await loginWithAccess(identity, consumer, { id: 'oa', secret: 'of-ob' })).status).toBe(401)
    const again = await bring(withoutConflicts())
    expect(again.tallies.every(({ added }) => added === 0)).toBe(true)
    expect(again.tallies).toEqual(report.tallies.map((row) => ({ ...row, added: 0, present: row.added + row.present })))
  })

  it('is not touched where names are taken: all of them are told', async () => {
    const report = await bring(sample())
    expect(report.written).toBe(false)
    expect(report.conflicts.map(({ kind, name, theirs }) => [kind, name, theirs])).toEqual([
      ['projects', 'admin', 'pa'],
      ['roles', 'reader', 'r2'],
      ['users', 'admin', 'u2'],
    ])
    expect((await identity.admin('GET', '/v3/users/u1')).status).toBe(404)
    expect((await identity.admin('GET', '/v3/domains/d1')).status).toBe(404)
  })

  it('is stood for by what has its name, if that is wanted', async () => {
    const report = await bring(sample(), { adopt: true })
    expect(report).toMatchObject({ conflicts: [], written: true })
    const reader = at(await identity.admin('GET', '/v3/roles?name=reader'), 'roles', 0, 'id')
    expect(reader).not.toBe('r2')
    expect(await get('/v3/role_assignments?group.id=g1')).toMatchObject({
      role_assignments: [{ role: { id: reader } }],
    })
    const admin = at(await identity.admin('GET', '/v3/users?name=admin'), 'users', 0, 'id')
    expect(await get(`/v3/OS-TRUST/trusts/${'ab'.repeat(16)}`)).toMatchObject({ trust: { trustee_user_id: admin } })
    expect((await identity.token()).length).toBeGreaterThan(10)
    expect((await bring(sample(), { adopt: true })).tallies.every(({ added }) => added === 0)).toBe(true)
  })

  it('stays where it is when only asked about', async () => {
    const report = await bring(withoutConflicts(), { dryRun: true })
    expect(report.written).toBe(false)
    expect(report.tallies.find(({ kind }) => kind === 'users')).toMatchObject({ added: 3 })
    expect((await identity.admin('GET', '/v3/users/u1')).status).toBe(404)
  })

  it('is refused where it is something else', async () => {
    await expect(bring(new Map([['user', [{ Host: 'localhost' }]]]))).rejects.toThrow(/not the database of a Keystone/)
  })
})
