import { describe, expect, it } from 'vitest'
import { wantedOf } from './copies.ts'
import { normalDn } from './drivers/driver.ts'
import { isEnabled, isLdap, publicIdOf, readLdapOptions } from './rules.ts'

const ldap = (options: Readonly<Record<string, unknown>>) =>
  readLdapOptions(Object.entries(options).map(([option, value]) => ({ group: 'ldap', option, value })))

describe('the options of a directory', () => {
  it("have Keystone's defaults", () => {
    const read = ldap({ suffix: 'dc=x', url: 'ldap://a, ldaps://b' })
    expect(read).toMatchObject({
      urls: ['ldap://a', 'ldaps://b'],
      scope: 'one',
      pageSize: 0,
      verifyCertificate: true,
      caDirectory: null,
      connectMs: 10_000,
      attempts: { most: 3, delayMs: 100 },
      traced: false,
      nested: false,
      users: { tree: 'ou=Users,dc=x', objectClass: 'inetOrgPerson', idAttribute: 'cn', filter: null },
      groups: { tree: 'ou=UserGroups,dc=x', objectClass: 'groupOfNames' },
      enabled: { mask: 0, invert: false, byDefault: 'True', emulation: null },
      memberAttribute: 'member',
    })
    expect(Object.fromEntries(read.users.attributes)).toMatchObject({ name: 'sn', email: 'mail', enabled: 'enabled' })
  })

  it('are read from text as from JSON', () => {
    expect(ldap({ pool_connection_timeout: '3', tls_cacertdir: '/etc/ca' })).toMatchObject({
      connectMs: 3000,
      caDirectory: '/etc/ca',
    })
    expect(ldap({ pool_retry_max: '5', pool_retry_delay: '0.25' }).attempts).toEqual({ most: 5, delayMs: 250 })
    expect(ldap({ pool_retry_max: 5, use_pool: false }).attempts.most).toBe(1)
    expect(ldap({ pool_retry_max: 1e6, pool_retry_delay: -1 }).attempts).toEqual({ most: 20, delayMs: 0 })
    expect(ldap({ pool_retry_delay: 1e6 }).attempts.delayMs).toBe(5000)
    expect(ldap({ debug_level: '-1', group_ad_nesting: 'True' })).toMatchObject({ traced: true, nested: true })
    const read = ldap({
      page_size: '100',
      use_tls: 'True',
      user_attribute_ignore: 'enabled, email',
      user_additional_attribute_mapping: ['telephoneNumber:phone', 'wrong'],
      tls_req_cert: 'never',
      query_scope: 'sub',
    })
    expect(read).toMatchObject({ pageSize: 100, startTls: true, verifyCertificate: false, scope: 'sub' })
    expect(Object.fromEntries(read.users.attributes)).toEqual({
      name: 'sn',
      description: 'description',
      phone: 'telephoneNumber',
    })
    expect(isLdap([{ group: 'identity', option: 'driver', value: 'ldap' }])).toBe(true)
    expect(isLdap([{ group: 'identity', option: 'driver', value: 'sql' }])).toBe(false)
  })

  it.each([
    [{}, 'TRUE', true],
    [{}, 'no', false],
    [{}, undefined, true],
    [{ user_enabled_default: 'False' }, undefined, false],
    [{ user_enabled_invert: true, user_enabled_default: 'False' }, 'TRUE', false],
    [{ user_enabled_invert: true, user_enabled_default: 'False' }, undefined, true],
    [{ user_enabled_mask: 2, user_enabled_default: '512' }, '514', false],
    [{ user_enabled_mask: 2, user_enabled_default: '512' }, '66048', true],
    [{ user_enabled_mask: 2, user_enabled_default: '512' }, 'garbage', false],
  ])('say who is enabled: %j, %s: %s', (options, value, expected) => {
    expect(isEnabled(ldap(options).enabled, value)).toBe(expected)
  })

  it("make the ids that Keystone's sha256 generator makes", () => {
    // sha256 of "default" + "user" + "kim", as its sorted keys domain_id, entity_type, local_id have it.
    expect(publicIdOf('default', 'user', 'kim')).toBe(
      '43af241c73bf5c7f8638416c4c5a92dd22c2ee7d68c3c211b7a11e9afded3e94',
    )
    expect(publicIdOf('default', 'user', 'kim')).not.toBe(publicIdOf('default', 'group', 'kim'))
    expect(normalDn('UID = Kim , DC=x')).toBe('uid=kim,dc=x')
    expect(wantedOf({ name__startswith: 'a' })).toEqual({ by: 'name', value: 'a', how: 'startswith' })
    expect(wantedOf({ enabled: '1' })).toEqual({ by: 'all' })
  })
})
