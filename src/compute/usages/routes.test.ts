import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFlavor, startCompute, type TestCompute, version } from '../testing/cloud.ts'
import { testImage } from '../testing/doors.ts'

let cloud: TestCompute
const ids: string[] = []
beforeAll(async () => {
  cloud = await startCompute()
  await makeFlavor(cloud)
  for (const [name, token] of [
    ['one', 'member'],
    ['two', 'member'],
    ['three', 'other-member'],
  ] as const) {
    const body = { server: { name, imageRef: testImage, flavorRef: '1' } }
    const made = await cloud.compute('POST', '/v2.1/servers', { token, body })
    ids.push(/"id":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1] ?? '')
  }
  await cloud.idle()
  await cloud.compute('DELETE', `/v2.1/servers/${ids[1] ?? ''}`, { token: 'member' })
  await cloud.idle()
})
afterAll(() => cloud.stop())

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, -1)
/** An hour that has been and an hour that comes: a server that lives on counts for the latter. */
const around = (): string => `start=${iso(Date.now() - 3_600_000)}&end=${iso(Date.now() + 3_600_000)}`
const get = async (path: string, token = 'admin', text = '2.1') =>
  cloud.compute('GET', `/v2.1/os-simple-tenant-usage${path}`, { token, headers: version(text) })
const projectOf = async (token: string): Promise<string> => {
  const { body } = await cloud.compute('GET', '/v2.1/servers/detail', { token })
  return /"tenant_id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
}
const near = (value: number): unknown => expect.closeTo(value, 1)

describe('what servers used', () => {
  it('is summed by project, those that are gone included', async () => {
    const [mine, others] = [await projectOf('member'), await projectOf('other-member')]
    const { body } = await get(`?${around()}`)
    const usage = { total_hours: near(1), total_vcpus_usage: near(1), total_memory_mb_usage: near(64) }
    expect(body).toEqual({
      tenant_usages: [mine, others].toSorted().map((tenant_id): unknown => ({
        tenant_id,
        ...usage,
        total_memory_mb_usage: expect.closeTo(64, 0),
        total_local_gb_usage: near(1),
        start: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
        stop: expect.any(String),
      })),
    })
    expect((await get('', 'member')).status).toBe(403)
  })

  it('is told of each server where that is asked, or of one project', async () => {
    const mine = await projectOf('member')
    const one = { instance_id: ids[0], name: 'one', flavor: 'nano', state: 'active', ended_at: null, hours: near(1) }
    const two = { instance_id: ids[1], name: 'two', state: 'terminated', ended_at: expect.any(String), hours: near(0) }
    const servers = expect.arrayContaining([expect.objectContaining(one), expect.objectContaining(two)])
    expect((await get(`?detailed=1&${around()}`)).body).toMatchObject({
      tenant_usages: expect.arrayContaining([expect.objectContaining({ tenant_id: mine, server_usages: servers })]),
    })
    expect((await get(`/${mine}?${around()}`, 'reader')).body).toMatchObject({
      tenant_usage: { server_usages: servers },
    })
    expect((await get(`/${mine}?${around()}`, 'other-member')).status).toBe(403)
    expect((await get('/nobody')).body).toEqual({ tenant_usage: {} })
    expect((await get(`/${mine}?start=2020-01-01T00:00:00&end=2020-01-02T00:00:00`)).body).toEqual({ tenant_usage: {} })
  })

  it('comes in pages since 2.40', async () => {
    const mine = await projectOf('member')
    const page = async (query: string) => (await get(`/${mine}?${around()}&${query}`, 'admin', '2.40')).body
    const first = await page('limit=1')
    expect(first).toMatchObject({
      tenant_usage: { server_usages: { length: 1 } },
      tenant_usage_links: [{ rel: 'next', href: expect.stringContaining('marker=') }],
    })
    const marker = /"instance_id":"([^"]+)"/.exec(JSON.stringify(first))?.[1] ?? ''
    const second = await page(`limit=1&marker=${marker}`)
    expect(second).toMatchObject({ tenant_usage: { server_usages: { length: 1 } } })
    expect(second).not.toHaveProperty('tenant_usage_links')
    expect((await get(`?${around()}&marker=nobody`, 'admin', '2.40')).status).toBe(400)
  })

  it('is of a period that makes sense', async () => {
    expect(await get('?start=yesterday')).toMatchObject({
      status: 400,
      body: { badRequest: { message: expect.stringContaining("time data 'yesterday' does not match format") } },
    })
    expect((await get('?start=2026-01-02T00:00:00&end=2026-01-01T00:00:00')).status).toBe(400)
  })
})
