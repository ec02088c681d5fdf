import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime, type Runtime } from '#platform/runtime.ts'
import { type Client, createClient } from '#platform/testing/api.ts'
import { openTestEngines, type TestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { type Cloud, createCloud } from '../cloud.ts'

let engines: TestEngines
let runtime: Runtime
let cloud: Cloud
let serverId = ''
let requestId = ''

const clientOf = (type: string): Client => createClient(runtime.urlOf(type), 'admin')
const idIn = (body: unknown): string => /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
const ask = async (method: string, args: unknown = null): Promise<unknown> => cloud.operator[method]?.(args)
const stray = 'a7f0e3c6-0000-4000-8000-000000000000'

beforeAll(async () => {
  engines = await openTestEngines({ hypervisor: 'simulated', network: 'simulated' })
  runtime = createRuntime(engines, { retryDelaysMs: [1] })
  cloud = createCloud(runtime.platform, runtime.context)
  await runtime.start(cloud.services, authenticatePersona)
  const [image, network, compute] = [clientOf('image'), clientOf('network'), clientOf('compute')]
  const made = await image('POST', '/v2/images', { body: { disk_format: 'raw', container_format: 'bare' } })
  const imageId = idIn(made.body)
  const bytes = { 'content-type': 'application/octet-stream' }
  await image('PUT', `/v2/images/${imageId}/file`, { body: Buffer.alloc(1024), headers: bytes })
  const networkId = idIn((await network('POST', '/v2.0/networks', { body: { network: {} } })).body)
  const subnet = { network_id: networkId, ip_version: 4, cidr: '10.1.0.0/24' }
  await network('POST', '/v2.0/subnets', { body: { subnet } })
  await compute('POST', '/v2.1/flavors', { body: { flavor: { id: '1', name: 'nano', ram: 64, vcpus: 1, disk: 1 } } })
  const server = { name: 'web', imageRef: imageId, flavorRef: '1', networks: [{ uuid: networkId }] }
  const asked = await compute('POST', '/v2.1/servers', { body: { server } })
  requestId = asked.headers.get('x-openstack-request-id') ?? ''
  serverId = idIn(asked.body)
  await runtime.platform.work.idle()
})
afterAll(async () => {
  await runtime.stop()
  await engines.close()
})

describe('the doctor', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await ask('doctor.audit')).toEqual({ healed: [], left: [] })
  })

  it('mends what a service keeps for what is gone', async () => {
    const { write } = engines.db
    const [port] = await write.selectFrom('network_ports').selectAll().where('device_id', '=', serverId).execute()
    if (port === undefined) throw new Error('the server has no port')
    await write
      .updateTable('network_ports')
      .set({ device_id: stray, made_for: stray })
      .where('id', '=', port.id)
      .execute()
    const holder = { project_id: 'p', user_id: 'u', consumer_type: 'INSTANCE', generation: 1 }
    await write
      .insertInto('placement_consumers')
      .values({ uuid: stray, ...holder })
      .execute()
    await write
      .updateTable('placement_allocations')
      .set({ consumer_uuid: stray })
      .where('consumer_uuid', '=', serverId)
      .execute()
    mkdirSync(join(engines.config.state, 'images'), { recursive: true })
    writeFileSync(join(engines.config.state, 'images', stray), 'nobody wants me')
    const { id: nodeId, host } = await write.selectFrom('compute_nodes').selectAll().executeTakeFirstOrThrow()
    const wrong = [
      { kind: 'allocation-without-server', subject: stray, at: nodeId },
      { kind: 'port-without-server', subject: port.id, at: stray },
      { kind: 'server-without-allocation', subject: serverId, at: host },
      { kind: 'data-without-image', subject: stray, at: 'file' },
    ]
    expect(await ask('doctor.audit')).toEqual({ healed: [], left: wrong })
    expect(await ask('doctor.heal')).toEqual({ healed: wrong, left: [] })
    expect(await ask('doctor.audit')).toEqual({ healed: [], left: [] })
  })

  it('tells of what it must not mend', async () => {
    const { write } = engines.db
    await write.updateTable('image_images').set({ stores: '' }).execute()
    await write.updateTable('compute_servers').set({ vm_state: 'paused' }).execute()
    const { id } = await write.selectFrom('image_images').select('id').executeTakeFirstOrThrow()
    const left = [{ kind: 'image-without-data', subject: id, at: '' }]
    expect(await ask('doctor.heal')).toEqual({ healed: [], left })
  })
})

describe('trace', () => {
  it('tells what a request did', async () => {
    expect(await ask('trace', { requestId })).toMatchObject({
      actions: [{ serverId, action: 'create', result: 'Success' }],
      work: [{ name: 'compute.servers.create', status: 'done', steps: ['claim', 'ports', 'spawn'], step: 3 }],
    })
    expect(await ask('trace', { requestId: 'req-none' })).toEqual({ actions: [], work: [] })
    await expect(ask('trace', {})).rejects.toMatchObject({ kind: 'badRequest' })
  })
})
