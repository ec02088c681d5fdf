import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let file = ''
beforeAll(async () => {
  identity = await startIdentity()
  file = join(identity.runtime.platform.config.state, 'log/identity-audit.jsonl')
  // The administrator's own login.
  await identity.admin('GET', '/v3/users')
  await events(1)
})
afterAll(() => identity.stop())
beforeEach(() => rmSync(file, { force: true }))

const text = (): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
/** Every event so far, once there are that many. */
async function events(count: number): Promise<unknown[]> {
  for (let tries = 0; tries < 200 && text().split('\n').length <= count; tries += 1) await sleep(5)
  return text()
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

describe('audit events', () => {
  it('tell of changes as Keystone does, without what is secret', async () => {
    const user = { name: 'kim', password: 'a very secret word', email: 'kim@example.org' }
    const id = at(await identity.admin('POST', '/v3/users', { user }), 'user', 'id')
    await identity.admin('PATCH', `/v3/users/${id}`, { user: { password: 'another secret word' } })
    await identity.admin('DELETE', `/v3/users/${id}`)
    await identity.admin('DELETE', `/v3/users/${id}`)
    const seen = await events(3)
    expect(seen).toMatchObject(
      ['created', 'updated', 'deleted'].map((operation) => ({
        event_type: `identity.user.${operation}`,
        priority: 'INFO',
        payload: {
          typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
          eventType: 'activity',
          eventTime: '2026-11-21T03:00:00.000000+0000',
          action: `${operation}.user`,
          outcome: 'success',
          observer: { typeURI: 'service/security' },
          initiator: {
            typeURI: 'service/security/account/user',
            host: { address: '127.0.0.1', agent: 'node' },
            username: 'admin',
            request_id: expect.stringMatching(/^req-/),
          },
          target: { typeURI: 'data/security/account/user', id },
          resource_info: id,
        },
      })),
    )
    expect(seen).toHaveLength(3)
    expect(text()).not.toMatch(/secret word|example\.org/)
  })

  it('tell of logins, good and bad, and of assignments', async () => {
    const domain = { id: 'default' }
    await identity.login({ name: 'admin', domain, password: 'wrong one' })
    await identity.login()
    const role = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
    const project = at(await identity.admin('GET', '/v3/projects?name=admin'), 'projects', 0, 'id')
    const admin = at(await identity.admin('GET', '/v3/users?name=admin'), 'users', 0, 'id')
    await identity.admin('PUT', `/v3/projects/${project}/users/${admin}/roles/${role}`)
    await identity.admin('PUT', `/v3/projects/${project}/users/${admin}/roles/none`)
    const assignment = { user: admin, project, inherited_to_projects: false }
    expect(await events(4)).toMatchObject([
      { event_type: 'identity.authenticate', payload: { outcome: 'failure', initiator: { username: 'admin' } } },
      { payload: { action: 'authenticate', outcome: 'success', initiator: { id: admin, user_id: admin } } },
      { payload: { action: 'created.role_assignment', outcome: 'success', role, ...assignment } },
      { payload: { action: 'created.role_assignment', outcome: 'failure', role: 'none', ...assignment } },
    ])
    expect(text()).not.toContain('wrong one')
  })

  it('can be left out', async () => {
    const quiet = await startIdentity({ audit: { file: '' } })
    await quiet.admin('POST', '/v3/groups', { group: { name: 'g' } })
    await quiet.stop()
    expect(text()).toBe('')
  })
})
