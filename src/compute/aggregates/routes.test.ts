import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Answer } from '#platform/testing/api.ts'
import { makeFlavor, startCompute, type TestCompute, version } from '../testing/cloud.ts'
import { testImage } from '../testing/doors.ts'

let cloud: TestCompute
let hosts: readonly string[] = []
beforeAll(async () => {
  cloud = await startCompute({ settings: { simulated: { hosts: 3 } } })
  await makeFlavor(cloud)
  const { body } = await call('GET', '/v2.1/os-hypervisors')
  const shown = Type.Object({ hypervisors: Type.Array(Type.Object({ hypervisor_hostname: Type.String() })) })
  hosts = Value.Parse(shown, body).hypervisors.map((each) => each.hypervisor_hostname)
})
afterAll(() => cloud.stop())

const aggregates = '/v2.1/os-aggregates'
const call = (method: string, path: string, body?: unknown, token = 'admin', minor = 104): Promise<Answer> =>
  cloud.compute(method, path, { token, headers: version(`2.${minor}`), ...(body === undefined ? {} : { body }) })

const make = async (name: string, availability_zone?: string): Promise<number> => {
  const zone = availability_zone === undefined ? {} : { availability_zone }
  const { body } = await call('POST', aggregates, { aggregate: { name, ...zone } })
  return Value.Parse(Type.Object({ aggregate: Type.Object({ id: Type.Integer() }) }), body).aggregate.id
}
const act = (id: number, body: object): Promise<Answer> => call('POST', `${aggregates}/${id}/action`, body)
const boot = async (availability_zone?: string) => {
  const zone = availability_zone === undefined ? {} : { availability_zone }
  const server = { name: 'web', imageRef: testImage, flavorRef: '1', networks: 'none', ...zone }
  const { status, body } = await call('POST', '/v2.1/servers', { server })
  if (status !== 202) return { id: '', status, said: JSON.stringify(body) }
  const { id } = Value.Parse(Type.Object({ server: Type.Object({ id: Type.String() }) }), body).server
  await cloud.idle()
  return { id, ...(await call('GET', `/v2.1/servers/${id}`)) }
}
const words = ({ status, body }: Answer): unknown[] => [status, JSON.stringify(body)]

describe('host aggregates', () => {
  it('are made, shown, changed and deleted', async () => {
    const made = await call('POST', aggregates, { aggregate: { name: 'fast', availability_zone: 'z' } }, 'admin', 40)
    expect(made.body).toEqual({
      aggregate: {
        id: expect.any(Number),
        name: 'fast',
        availability_zone: 'z',
        created_at: expect.any(String),
        updated_at: null,
        deleted_at: null,
        deleted: false,
      },
    })
    const { id } = Value.Parse(Type.Object({ aggregate: Type.Object({ id: Type.Integer() }) }), made.body).aggregate
    expect(words(await call('POST', aggregates, { aggregate: { name: 'fast' } }))).toEqual([
      409,
      expect.stringContaining('Aggregate fast already exists.'),
    ])
    const metadata = { ssd: 'true', gone: null }
    expect(await act(id, { set_metadata: { metadata } })).toMatchObject({
      status: 200,
      body: { aggregate: { metadata: { ssd: 'true', availability_zone: 'z' }, hosts: [], uuid: expect.any(String) } },
    })
    const renamed = await call('PUT', `${aggregates}/${id}`, { aggregate: { name: 'faster', availability_zone: 'y' } })
    expect(renamed.body).toMatchObject({ aggregate: { name: 'faster', availability_zone: 'y' } })
    expect((await call('GET', aggregates)).body).toMatchObject({ aggregates: [{ id, metadata: { ssd: 'true' } }] })
    expect((await act(id, { add_host: { host: hosts[0] } })).body).toMatchObject({ aggregate: { hosts: [hosts[0]] } })
    expect(words(await call('DELETE', `${aggregates}/${id}`))).toEqual([
      400,
      expect.stringContaining(`Cannot remove host from aggregate ${id}. Reason: Host aggregate is not empty.`),
    ])
    expect((await act(id, { remove_host: { host: hosts[0] } })).status).toBe(200)
    expect((await call('DELETE', `${aggregates}/${id}`)).status).toBe(200)
    expect(words(await call('GET', `${aggregates}/${id}`))).toEqual([
      404,
      expect.stringContaining(`Aggregate ${id} could not be found.`),
    ])
  })

  it('are for administrators', async () => {
    for (const token of ['member', 'reader', 'manager', 'service']) {
      expect((await call('GET', aggregates, undefined, token)).status).toBe(403)
      expect((await call('POST', aggregates, { aggregate: { name: 'x' } }, token)).status).toBe(403)
      const action = { add_host: { host: hosts[0] } }
      expect((await call('POST', `${aggregates}/1/action`, action, token)).status).toBe(403)
    }
  })

  it('refuse what is wrong in the words of Nova', async () => {
    const id = await make('wrong')
    const refused: readonly [Promise<Answer>, number, string][] = [
      [call('GET', `${aggregates}/x`), 400, 'Invalid input received: id must be an integer'],
      [call('PUT', `${aggregates}/999`, { aggregate: { name: 'x' } }), 404, 'Aggregate 999 could not be found.'],
      [call('PUT', `${aggregates}/${id}`, { aggregate: {} }), 400, 'enough properties'],
      [
        call('PUT', `${aggregates}/${id}`, { aggregate: { availability_zone: null } }),
        400,
        `Cannot update aggregate ${id}. Reason: Aggregate wrong does not support empty named availability zone.`,
      ],
      [call('POST', aggregates, { aggregate: { name: 'x', availability_zone: 'a:b' } }), 400, 'a:b'],
      [act(id, { add_host: { host: 'nobody' } }), 404, 'Compute host nobody could not be found.'],
      [act(id, { remove_host: { host: 'nobody' } }), 404, `Cannot remove host nobody in aggregate ${id}`],
      [act(999, { add_host: { host: hosts[0] } }), 404, 'Aggregate 999 could not be found.'],
      [act(id, { set_metadata: { metadata: { k: 5 } } }), 400, '5'],
      [act(id, {}), 400, 'properties'],
    ]
    for (const [answer, status, text] of refused) {
      expect(words(await answer)).toEqual([status, expect.stringContaining(text)])
    }
    await act(id, { add_host: { host: hosts[0] } })
    expect(words(await act(id, { add_host: { host: hosts[0] } }))).toEqual([
      409,
      expect.stringContaining(`Aggregate ${id} already has host ${hosts[0]}.`),
    ])
    await act(id, { remove_host: { host: hosts[0] } })
    await call('DELETE', `${aggregates}/${id}`)
  })

  it('of one name is made once by many at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => call('POST', aggregates, { aggregate: { name: 'q' } })),
    )
    expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409])
  })
})

describe('zones', () => {
  it('take servers to their hosts, and are where their hosts are', async () => {
    const [east, west] = [await make('east', 'east'), await make('west', 'west')]
    await act(east, { add_host: { host: hosts[0] } })
    const both = await Promise.all([
      act(east, { add_host: { host: hosts[1] } }),
      act(west, { add_host: { host: hosts[1] } }),
    ])
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    const isEast = both[0]?.status === 200
    expect(JSON.stringify(both[isEast ? 1 : 0]?.body)).toContain(
      `Reason: One or more hosts already in availability zone(s) ['${isEast ? 'east' : 'west'}'].`,
    )
    if (!isEast) {
      await act(west, { remove_host: { host: hosts[1] } })
      await act(east, { add_host: { host: hosts[1] } })
    }
    await act(west, { add_host: { host: hosts[2] } })

    expect((await call('GET', '/v2.1/os-availability-zone', undefined, 'member')).body).toEqual({
      availabilityZoneInfo: ['east', 'west'].map((zoneName) => ({
        zoneName,
        zoneState: { available: true },
        hosts: null,
      })),
    })
    const { body } = await call('GET', `/v2.1/os-services?host=${hosts[2]}`)
    expect(body).toMatchObject({ services: [{ binary: 'nova-compute', zone: 'west' }] })

    const server = await boot('west')
    expect(server).toMatchObject({
      body: {
        server: { status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': hosts[2], 'OS-EXT-AZ:availability_zone': 'west' },
      },
    })
    expect(await boot('north')).toMatchObject({ status: 400, said: expect.stringContaining('not available') })
    expect(await boot('nova')).toMatchObject({ status: 400 })
    for (let number = 0; number < 3; number += 1) {
      expect(await boot('east')).toMatchObject({ body: { server: { 'OS-EXT-AZ:availability_zone': 'east' } } })
    }
    const other = await make('other', 'other')
    const moves: readonly [Promise<Answer>, number, string][] = [
      [
        act(west, { remove_host: { host: hosts[2] } }),
        409,
        "would change from 'west' to 'None' but the host already has 1",
      ],
      [act(west, { set_metadata: { metadata: { availability_zone: 'x' } } }), 400, 'contain instances in this zone'],
      [act(other, { add_host: { host: hosts[2] } }), 409, "already in availability zone(s) ['west']"],
    ]
    for (const [answer, status, text] of moves) {
      expect(words(await answer)).toEqual([status, expect.stringContaining(text)])
    }
    await call('DELETE', `/v2.1/servers/${server.id}`)
    await cloud.idle()
    expect((await act(west, { remove_host: { host: hosts[2] } })).status).toBe(200)
    expect(await boot('nova')).toMatchObject({ body: { server: { 'OS-EXT-SRV-ATTR:host': hosts[2] } } })
    const late = await act(other, { add_host: { host: hosts[2] } })
    expect(words(late)).toEqual([409, expect.stringContaining("would change from 'None' to 'other'")])
    // A host that was refused is not in placement's aggregate either.
    const shown = Type.Object({ aggregate: Type.Object({ uuid: Type.String() }) })
    const { uuid } = Value.Parse(shown, (await call('GET', `${aggregates}/${other}`)).body).aggregate
    const search = { resources: {}, required: [], memberOf: [uuid], limit: 10 }
    expect(await cloud.doors.placement.getCandidates(cloud.ctx(), search)).toEqual([])
  })
})
