import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLog } from '#platform/log.ts'
import { openJournal } from './journal.ts'
import { claimedUser, deedOf, idsIn } from './rules.ts'

describe('what a request did', () => {
  it.each([
    ['POST', '/v3/projects', {}, 'created project null'],
    ['DELETE', '/v3/projects/:project_id', { project_id: 'p' }, 'deleted project p'],
    ['PUT', '/v3/projects/:project_id/tags/:value', { project_id: 'p', value: 't' }, 'updated project p'],
    ['POST', '/v3/users/:user_id/password', { user_id: 'u' }, 'updated user u'],
    ['PUT', '/v3/groups/:group_id/users/:user_id', { group_id: 'g', user_id: 'u' }, 'updated group g'],
    ['PATCH', '/v3/domains/:domain_id/config/:group', { domain_id: 'd' }, 'updated domain d'],
    ['POST', '/v3/users/:user_id/application_credentials', { user_id: 'u' }, 'created application_credential null'],
    ['DELETE', '/v3/users/:user_id/access_rules/:access_rule_id', { access_rule_id: 'a' }, 'deleted access_rule a'],
    ['POST', '/v3/OS-TRUST/trusts', {}, 'created OS-TRUST:trust null'],
    ['DELETE', '/v3/OS-TRUST/trusts/:trust_id', { trust_id: 't' }, 'deleted OS-TRUST:trust t'],
    ['PUT', '/v3/OS-FEDERATION/mappings/:mapping_id', { mapping_id: 'm' }, 'created mapping m'],
    ['PUT', '/v3/OS-EP-FILTER/projects/:project_id/endpoints/:endpoint_id', { project_id: 'p' }, 'updated project p'],
    ['PUT', '/v3/roles/:prior_role_id/implies/:implied_role_id', { prior_role_id: 'r' }, 'updated role r'],
    ['PUT', '/v3/system/groups/:group_id/roles/:role_id', { group_id: 'g' }, 'created role_assignment null'],
    ['DELETE', '/v3/domains/:domain_id/users/:user_id/roles/:role_id', {}, 'deleted role_assignment null'],
  ])('%s %s is found out', (method, path, params, expected) => {
    const { operation, type, id } = deedOf(method, path, params)
    expect(`${operation} ${type} ${id}`).toBe(expected)
  })

  it('is about what the answer shows, or whom the body names', () => {
    expect(idsIn({ limits: [{ id: 'a' }, { id: 'b' }] })).toEqual(['a', 'b'])
    expect(idsIn({ user: { id: 'u' }, links: {} })).toEqual(['u'])
    expect(idsIn('text')).toEqual([])
    expect(claimedUser({ auth: { identity: { password: { user: { name: 'n' } } } } })).toEqual({ id: null, name: 'n' })
    expect(claimedUser({ auth: { identity: { password: { user: 7 } } } })).toEqual({ id: null, name: null })
    expect(claimedUser([])).toEqual({ id: null, name: null })
  })
})

describe('the file of events', () => {
  it('stays within its limit, and is for its owner alone', async () => {
    const root = mkdtempSync(join(tmpdir(), 'haneul-audit-'))
    const file = join(root, 'log/audit.jsonl')
    const journal = openJournal(file, 100, createLog('silent'))
    for (let line = 0; line < 7; line += 1) {
      journal.write({ line, filled: 'x'.repeat(30) })
      await journal.close()
    }
    expect(statSync(file).size).toBeLessThanOrEqual(100)
    expect(statSync(file).mode & 0o077).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain('"line":6')
    expect(readFileSync(`${file}.1`, 'utf8')).toContain('"line":5')
    rmSync(root, { recursive: true })
  })
})
