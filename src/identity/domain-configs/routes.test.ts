import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let path: string
let domain: string
beforeAll(async () => {
  identity = await startIdentity({ security_compliance: { password_regex: '^.{3,}$' } })
  domain = at(await identity.admin('POST', '/v3/domains', { domain: { name: 'd' } }), 'domain', 'id')
  path = `/v3/domains/${domain}/config`
})
afterAll(() => identity.stop())

describe('settings of a domain', () => {
  it('are set, shown without secrets, changed in part and deleted', async () => {
    expect((await identity.admin('GET', path)).status).toBe(404)
    const config = { ldap: { url: 'ldap://one', user_tree_dn: 'dc=a' }, identity: { driver: 'ldap' } }
    const whole = { config: { ...config, ldap: { ...config.ldap, password: 'hidden word' } } }
    const created = await identity.admin('PUT', path, whole)
    expect(created).toMatchObject({ status: 201, body: { config } })
    expect(JSON.stringify(created.body)).not.toContain('hidden word')
    expect((await identity.admin('PUT', path, whole)).status).toBe(200)
    expect((await identity.admin('GET', path)).body).toEqual({ config })
    const rows = await sql<object>`select * from identity_domain_configs`.execute(identity.ctx().db.read)
    expect(rows.rows).not.toHaveLength(0)
    expect(JSON.stringify(rows.rows)).not.toContain('hidden word')
    expect((await identity.admin('GET', `${path}/identity`)).body).toEqual({ config: { identity: config.identity } })
    expect((await identity.admin('GET', `${path}/ldap/url`)).body).toEqual({ config: { url: 'ldap://one' } })
    const changed = await identity.admin('PATCH', `${path}/ldap/url`, { config: { url: 'ldap://two' } })
    expect(changed.body).toMatchObject({ config: { ldap: { url: 'ldap://two', user_tree_dn: 'dc=a' } } })
    expect((await identity.admin('DELETE', `${path}/ldap/url`)).status).toBe(204)
    expect((await identity.admin('GET', `${path}/ldap/url`)).status).toBe(404)
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await identity.admin('GET', path)).status).toBe(404)
  })

  it('are those that exist, of a domain that exists', async () => {
    expect((await identity.admin('PUT', path, { config: { moon: { phase: 'full' } } })).status).toBe(403)
    expect((await identity.admin('PUT', path, { config: { ldap: { phase: 'full' } } })).status).toBe(403)
    expect((await identity.admin('PUT', path, { config: {} })).status).toBe(403)
    for (const wish of [{ chase_referrals: true }, { chase_referrals: 'true' }]) {
      const refused = await identity.admin('PUT', path, { config: { ldap: wish } })
      expect(refused.status).toBe(403)
      expect(at(refused, 'error', 'message')).toMatch(/ in group ldap is not supported by this cloud\.$/)
    }
    const harmless = { chase_referrals: 'False', debug_level: 4095 }
    expect((await identity.admin('PUT', path, { config: { ldap: harmless } })).status).toBeLessThan(300)
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    const none = await identity.admin('PUT', '/v3/domains/none/config', { config: { identity: { driver: 'sql' } } })
    expect(none.status).toBe(404)
  })

  it('go with the domain', async () => {
    const id = at(
      await identity.admin('POST', '/v3/domains', { domain: { name: 'e', enabled: false } }),
      'domain',
      'id',
    )
    await identity.admin('PUT', `/v3/domains/${id}/config`, { config: { identity: { driver: 'ldap' } } })
    expect((await identity.admin('DELETE', `/v3/domains/${id}`)).status).toBe(204)
    const rows = await sql`select * from identity_domain_configs where domain_id = ${id}`.execute(
      identity.ctx().db.read,
    )
    expect(rows.rows).toEqual([])
  })
})

describe('what holds otherwise', () => {
  it('is shown to administrators, and the form of passwords to everybody', async () => {
    expect((await identity.admin('GET', '/v3/domains/config/default')).body).toMatchObject({
      config: { identity: { driver: 'sql' }, ldap: { url: 'ldap://localhost' } },
    })
    expect((await identity.admin('GET', '/v3/domains/config/ldap/url/default')).body).toEqual({
      config: { url: 'ldap://localhost' },
    })
    expect((await identity.admin('GET', '/v3/domains/config/moon/default')).status).toBe(403)
    const rules = '/v3/domains/default/config/security_compliance'
    expect((await identity.admin('GET', rules)).body).toEqual({
      config: { security_compliance: { password_regex: '^.{3,}$', password_regex_description: null } },
    })
    expect((await identity.admin('GET', `${rules}/password_regex`)).body).toEqual({
      config: { password_regex: '^.{3,}$' },
    })
    expect((await identity.admin('GET', `${rules}/lockout_duration`)).status).toBe(403)
    expect((await identity.admin('GET', `${path}/security_compliance`)).status).toBe(403)
  })
})
