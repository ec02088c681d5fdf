import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Answer } from '#platform/testing/api.ts'
import { makeFlavor, startCompute, type TestCompute, version } from '../testing/cloud.ts'
import { testImage } from '../testing/doors.ts'

let cloud: TestCompute
beforeAll(async () => {
  cloud = await startCompute({ settings: { simulated: { hosts: 3 } } })
  await makeFlavor(cloud)
  const quota_set = { instances: -1, cores: -1, ram: -1, server_group_members: 6, server_groups: 20 }
  for (const project of ['our-project-id', 'other-project-id'])
    await cloud.compute('PUT', `/v2.1/os-quota-sets/${project}`, { body: { quota_set } })
})
afterAll(() => cloud.stop())

const groups = '/v2.1/os-server-groups'
const call = (minor: number, method: string, path: string, body?: unknown, token = 'member'): Promise<Answer> =>
  cloud.compute(method, path, { token, headers: version(`2.${minor}`), ...(body === undefined ? {} : { body }) })
const newest = (method: string, path: string, body?: unknown, token = 'member') => call(104, method, path, body, token)

const shownGroup = Type.Object({ server_group: Type.Object({ id: Type.String(), members: Type.Array(Type.String()) }) })
const groupOf = ({ body }: Answer) => Value.Parse(shownGroup, body).server_group

const makeGroup = async (policy: string, rules?: object): Promise<string> =>
  groupOf(await newest('POST', groups, { server_group: { name: policy, policy, ...(rules ? { rules } : {}) } })).id

const shownServer = Type.Object({
  server: Type.Object({
    status: Type.String(),
    hostId: Type.String(),
    server_groups: Type.Array(Type.String()),
    'OS-EXT-SRV-ATTR:host': Type.Union([Type.String(), Type.Null()]),
    fault: Type.Optional(Type.Object({ details: Type.Optional(Type.String()) })),
  }),
})
const show = async (id: string) =>
  Value.Parse(shownServer, (await newest('GET', `/v2.1/servers/${id}`, undefined, 'admin')).body).server

const boot = (hints: object, more: object = {}, token = 'member'): Promise<Answer> =>
  newest(
    'POST',
    '/v2.1/servers',
    {
      server: { name: 'web', imageRef: testImage, flavorRef: '1', networks: 'none', ...more },
      'os:scheduler_hints': hints,
    },
    token,
  )
const idOf = ({ body }: Answer): string =>
  Value.Parse(Type.Object({ server: Type.Object({ id: Type.String() }) }), body).server.id

/** Starts servers one after the other (or all at once) and shows them when they are done. */
const bootEach = async (amount: number, hints: object) => {
  const ids: string[] = []
  for (let number = 0; number < amount; number += 1) {
    ids.push(idOf(await boot(hints)))
    await cloud.idle()
  }
  return Promise.all(ids.map(show))
}
const bootAtOnce = async (amount: number, hints: object) => {
  const ids = (await Promise.all(Array.from({ length: amount }, () => boot(hints)))).map(idOf)
  await cloud.idle()
  return Promise.all(ids.map(show))
}
const hostsOf = (servers: Awaited<ReturnType<typeof bootEach>>) =>
  new Set(servers.flatMap((server) => server['OS-EXT-SRV-ATTR:host'] ?? []))
const countBy = (servers: Awaited<ReturnType<typeof bootEach>>, status: string) =>
  servers.filter((server) => server.status === status).length

describe('server groups', () => {
  it('are shown as each version has them', async () => {
    const old = await call(1, 'POST', groups, { server_group: { name: 'old', policies: ['affinity'] } })
    expect([old.status, old.body]).toEqual([
      200,
      { server_group: { id: expect.any(String), name: 'old', policies: ['affinity'], metadata: {}, members: [] } },
    ])
    const { id } = groupOf(old)
    expect((await call(13, 'GET', `${groups}/${id}`)).body).toMatchObject({
      server_group: { project_id: 'our-project-id', user_id: 'member-user-id' },
    })
    expect((await call(64, 'GET', `${groups}/${id}`)).body).toEqual({
      server_group: {
        id,
        name: 'old',
        policy: 'affinity',
        rules: {},
        members: [],
        project_id: 'our-project-id',
        user_id: 'member-user-id',
      },
    })
    const rules = { max_server_per_host: '3' }
    const made = await call(64, 'POST', groups, { server_group: { name: 'r', policy: 'anti-affinity', rules } })
    expect(made.body).toMatchObject({ server_group: { rules: { max_server_per_host: 3 } } })
    const soft = { server_group: { name: 'soft', policies: ['soft-affinity'] } }
    expect([(await call(14, 'POST', groups, soft)).status, (await call(15, 'POST', groups, soft)).status]).toEqual([
      400, 200,
    ])
  })

  it.each<[number, object, string]>([
    [63, { name: 'x', policies: [] }, '[] is too short'],
    [63, { name: 'x', policies: ['affinity', 'anti-affinity'] }, 'is too long'],
    [63, { name: 'x', policies: ['nope'] }, "'nope' is not one of"],
    [63, { name: 'x', policy: 'affinity' }, "'policies' is a required property"],
    [64, { name: 'x', policies: ['affinity'] }, "'policy' is a required property"],
    [64, { name: 'x', policy: 'legacy' }, "'legacy' is not one of"],
    [64, { name: '', policy: 'affinity' }, 'is too short'],
    [64, { name: 'x', policy: 'anti-affinity', rules: { max_server_per_host: 0 } }, '0 is less than the minimum of 1'],
    [64, { name: 'x', policy: 'anti-affinity', rules: { nope: 1 } }, "('nope' was unexpected)"],
    [64, { name: 'x', policy: 'affinity', rules: { max_server_per_host: 2 } }, 'Only anti-affinity policy supports'],
  ])('2.%i refuses %j', async (minor, server_group, words) => {
    const answer = await call(minor, 'POST', groups, { server_group })
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(words)])
  })

  it('are listed by pages, those of a project or of all', async () => {
    const theirs = groupOf(
      await newest('POST', groups, { server_group: { name: 'theirs', policy: 'affinity' } }, 'other-member'),
    ).id
    const list = async (query: string, token = 'member') =>
      JSON.stringify((await newest('GET', `${groups}${query}`, undefined, token)).body)
    expect(await list('')).not.toContain(theirs)
    expect(await list('?all_projects=1')).not.toContain(theirs)
    expect(await list('?all_projects=1', 'admin')).toContain(theirs)
    expect((await list('?limit=2&offset=1')).match(/"policy"/g)).toHaveLength(2)
    const first = await list('?limit=1')
    expect(await list('?limit=1&offset=1')).not.toEqual(first)
    for (const [token, status] of [
      ['other-reader', 200],
      ['reader', 403],
      ['admin', 200],
    ] as const)
      expect((await newest('GET', `${groups}/${theirs}`, undefined, token)).status).toBe(status)
    expect((await newest('DELETE', `${groups}/${theirs}`, undefined, 'member')).status).toBe(403)
    expect((await newest('DELETE', `${groups}/${theirs}`, undefined, 'other-reader')).status).toBe(403)
    expect((await newest('POST', groups, { server_group: { name: 'x', policy: 'affinity' } }, 'reader')).status).toBe(
      403,
    )
    expect((await newest('DELETE', `${groups}/${theirs}`, undefined, 'other-member')).status).toBe(204)
    const gone = await newest('GET', `${groups}/${theirs}`)
    expect([gone.status, JSON.stringify(gone.body)]).toEqual([
      404,
      expect.stringContaining(`Instance group ${theirs} could not be found.`),
    ])
  })
})

describe('a policy', () => {
  it('anti-affinity gives each server a host of its own, also to those that come at once', async () => {
    const group = await makeGroup('anti-affinity')
    const servers = await bootAtOnce(4, { group })
    expect([countBy(servers, 'ACTIVE'), countBy(servers, 'ERROR'), hostsOf(servers).size]).toEqual([3, 1, 3])
    expect(servers.every((server) => server.server_groups[0] === group)).toBe(true)
    expect(groupOf(await newest('GET', `${groups}/${group}`)).members).toHaveLength(4)
    const late = await bootEach(1, { group })
    expect(late[0]?.fault?.details).toContain('ServerGroupAntiAffinityFilter 0')
  })

  it('anti-affinity with a rule gives a host as many as it says', async () => {
    const group = await makeGroup('anti-affinity', { max_server_per_host: 2 })
    const servers = await bootEach(6, { group })
    expect([countBy(servers, 'ACTIVE'), hostsOf(servers).size]).toEqual([6, 3])
  })

  it('affinity keeps all on one host, also those that come at once', async () => {
    const servers = await bootAtOnce(4, { group: await makeGroup('affinity') })
    expect([countBy(servers, 'ACTIVE'), hostsOf(servers).size]).toEqual([4, 1])
  })

  it('soft ones are kept while they can be', async () => {
    const near = await bootEach(3, { group: await makeGroup('soft-affinity') })
    expect([countBy(near, 'ACTIVE'), hostsOf(near).size]).toEqual([3, 1])
    const far = await bootEach(4, { group: await makeGroup('soft-anti-affinity') })
    expect([countBy(far, 'ACTIVE'), hostsOf(far).size]).toEqual([4, 3])
  })

  it('hints name servers to be beside, or not', async () => {
    const first = idOf(await boot({}))
    await cloud.idle()
    const home = (await show(first))['OS-EXT-SRV-ATTR:host']
    const beside = await bootEach(2, { same_host: [first] })
    expect([...hostsOf(beside)]).toEqual([home])
    const apart = await bootEach(2, { different_host: first })
    expect([countBy(apart, 'ACTIVE'), hostsOf(apart).has(home ?? '')]).toEqual([2, false])
    const [nowhere] = await bootEach(1, { same_host: crypto.randomUUID() })
    expect(nowhere?.fault?.details).toContain('SameHostFilter 0')
  })
})

describe('members', () => {
  it('are counted against the quota, and taken with the group of another project never', async () => {
    const group = await makeGroup('soft-affinity')
    const many = await boot({ group }, { min_count: 7 })
    expect([many.status, JSON.stringify(many.body)]).toEqual([
      403,
      expect.stringContaining('Quota exceeded, too many servers in group'),
    ])
    expect(groupOf(await newest('GET', `${groups}/${group}`)).members).toEqual([])
    for (const [hint, token] of [
      [crypto.randomUUID(), 'member'],
      [group, 'other-member'],
    ] as const) {
      const answer = await boot({ group: hint }, {}, token)
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([
        400,
        expect.stringContaining(`Instance group ${hint} could not be found.`),
      ])
    }
  })

  it('leave with their deletion, and stay when the group goes', async () => {
    const group = await makeGroup('soft-affinity')
    const [one, two] = [idOf(await boot({ group })), idOf(await boot({ group }))]
    await cloud.idle()
    await newest('DELETE', `/v2.1/servers/${one}`)
    await cloud.idle()
    expect(groupOf(await newest('GET', `${groups}/${group}`)).members).toEqual([two])
    expect((await show(two)).server_groups).toEqual([group])
    expect((await newest('DELETE', `${groups}/${group}`)).status).toBe(204)
    expect(await show(two)).toMatchObject({ status: 'ACTIVE', server_groups: [] })
  })
})

describe('the quota', () => {
  it('of groups holds, and is shown with what is used', async () => {
    const used = Type.Object({ quota_set: Type.Object({ server_groups: Type.Object({ in_use: Type.Integer() }) }) })
    const { body } = await newest('GET', '/v2.1/os-quota-sets/our-project-id/detail')
    const { in_use: count } = Value.Parse(used, body).quota_set.server_groups
    await newest('PUT', '/v2.1/os-quota-sets/our-project-id', { quota_set: { server_groups: count + 1 } }, 'admin')
    const made = await Promise.all(
      Array.from({ length: 5 }, () => newest('POST', groups, { server_group: { name: 'q', policy: 'affinity' } })),
    )
    expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403, 403, 403, 403])
    const refused = JSON.stringify(made.find(({ status }) => status === 403)?.body)
    expect(refused).toContain('Quota exceeded, too many server groups.')
    expect((await newest('GET', '/v2.1/limits')).body).toMatchObject({
      limits: { absolute: { maxServerGroups: 10, totalServerGroupsUsed: count + 1 } },
    })
  })
})
