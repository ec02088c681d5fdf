import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { createIdentity } from '../service.ts'

let services: TestServices
let identity: Client
beforeAll(async () => {
  services = await startServices((platform) => [createIdentity(platform).service])
  identity = services.client('identity')
})
afterAll(() => services.stop())

const path = (id: string) => `/v3/OS-FEDERATION/mappings/${id}`
const put = (id: string, mapping: unknown) => identity('PUT', path(id), { body: { mapping } })
const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'UserName' }] }]

describe('mappings', () => {
  it('are created, shown, listed, changed and deleted', async () => {
    const made = await put('one', { rules })
    expect(made).toMatchObject({ status: 201, body: { mapping: { id: 'one', rules, schema_version: '1.0' } } })
    expect((await identity('GET', path('one'), { token: 'system-reader' })).body).toEqual(made.body)
    const newer = [{ local: [{ group: { id: 'g' } }], remote: [{ type: 'a', any_one_of: ['x'], regex: true }] }]
    const changed = await identity('PATCH', path('one'), { body: { mapping: { rules: newer, schema_version: '2.0' } } })
    expect(changed).toMatchObject({ status: 200, body: { mapping: { rules: newer, schema_version: '2.0' } } })
    const list = await identity('GET', '/v3/OS-FEDERATION/mappings')
    expect(list.body).toMatchObject({ mappings: [{ id: 'one' }], links: { next: null } })
    expect((await identity('DELETE', path('one'))).status).toBe(204)
    expect(await identity('GET', path('one'))).toMatchObject({
      status: 404,
      body: { error: { message: 'Could not find mapping: one.' } },
    })
    expect((await identity('DELETE', path('one'))).status).toBe(404)
    expect((await identity('PATCH', path('one'), { body: { mapping: { rules } } })).status).toBe(404)
  })

  it('of the same id conflict', async () => {
    await put('twice', { rules })
    expect(await put('twice', { rules })).toMatchObject({
      status: 409,
      body: { error: { message: 'Conflict occurred attempting to store mapping - Duplicate entry.' } },
    })
  })

  const project = { name: 'p', roles: [{ name: 'member' }] }
  const inDomain = { ...project, domain: { id: 'd' } }
  const withLocal = (local: unknown) => [{ local: [local], remote: [{ type: 'a' }] }]
  const withRemote = (remote: unknown) => [{ local: [], remote: [remote] }]

  it.each([
    ['1.0', withLocal({ projects: [project] })],
    ['2.0', withLocal({ projects: [inDomain] })],
    ['3.0', withLocal({ projects_json: '{0}' })],
    ['1.0', withLocal({ groups: '{0}', domain: { name: 'd' } })],
    ['1.0', withLocal({ group: { name: 'g', domain: { id: 'd' } }, user: { name: 'n', type: 'local' } })],
    ['1.0', withRemote({ type: 'a', blacklist: ['x'] })],
  ])('%# of version %s are taken', async (schema_version, good) => {
    const id = `good-${schema_version}-${JSON.stringify(good).length}`
    expect((await put(id, { rules: good, schema_version })).status).toBe(201)
  })

  it.each([
    ['nothing', {}, "'rules' is a required property\n"],
    ['no rules', { rules: [] }, /^\[\] is too short\n$/],
    ['no remote', { rules: [{ local: [] }] }, "'remote' is a required property\n"],
    ['empty remote', { rules: [{ local: [], remote: [] }] }, /^\[\] is too short\n$/],
    ['a projects domain in 1.0', { rules: withLocal({ projects: [inDomain] }) }, /Additional properties/],
    ['projects as JSON in 2.0', { rules: withLocal({ projects_json: '{0}' }), schema_version: '2.0' }, /Additional/],
    [
      'a group with nothing',
      { rules: withLocal({ group: {} }) },
      /^\{\} is not valid under any of the given schemas\n$/,
    ],
    ['a user type', { rules: withLocal({ user: { type: 'x' } }) }, /'x' is not one of \['ephemeral', 'local'\]/],
    ['two conditions', { rules: withRemote({ type: 'a', whitelist: [], blacklist: [] }) }, /not valid under any/],
    ['no type', { rules: withRemote({ any_one_of: ['x'] }) }, /not valid under any/],
    ['text for a flag', { rules: withRemote({ type: 'a', any_one_of: [], regex: 'yes' }) }, /not valid under any/],
    ['an unknown version', { rules, schema_version: '9.9' }, /9\.9 is no version/],
    ['a version that is no text', { rules, schema_version: 2 }, /no version/],
  ])('with %s are refused', async (_what, mapping, message) => {
    const answer = await put('bad', mapping)
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(message) } } })
  })

  it('that are no object, of a long id or longer than a body may be are refused', async () => {
    expect((await put('bad', [])).status).toBe(400)
    expect((await identity('PUT', path('bad'), { body: {} })).status).toBe(400)
    expect((await put('x'.repeat(65), { rules })).status).toBe(400)
    expect((await put('bad', { rules: withLocal({ groups: 'x'.repeat(200_000) }) })).status).toBe(413)
    const long = await put('long', { rules: withLocal({ groups: 'x'.repeat(90_000) }) })
    expect(long.status).toBe(201)
  })

  it('are for administrators', async () => {
    for (const token of ['member', 'reader', 'domain-admin', 'manager']) {
      expect((await identity('PUT', path('x'), { body: { mapping: { rules } }, token })).status).toBe(403)
      expect((await identity('GET', path('twice'), { token })).status).toBe(403)
    }
  })
})
