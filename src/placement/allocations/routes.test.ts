import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { ClaimError, createPlacement, type Placement } from '../service.ts'

let services: TestServices
let placement: Client
let controller: Placement
beforeAll(async () => {
  controller = createPlacement()
  services = await startServices(() => [controller.service])
  placement = services.client('placement')
})
afterAll(() => services.stop())

const at = (minor: number, method: string, path: string, body?: unknown, token = 'admin'): Promise<Answer> =>
  placement(method, path, {
    token,
    headers: { 'openstack-api-version': `placement 1.${minor}` },
    ...(body === undefined ? {} : { body }),
  })

const newest = (method: string, path: string, body?: unknown): Promise<Answer> => at(39, method, path, body)

const makeProvider = async (inventories: object, traits: string[] = []): Promise<string> => {
  const uuid = crypto.randomUUID()
  await newest('POST', '/resource_providers', { name: uuid, uuid })
  const body = { resource_provider_generation: 0, inventories }
  expect((await newest('PUT', `/resource_providers/${uuid}/inventories`, body)).status).toBe(200)
  if (traits.length > 0) {
    await newest('PUT', `/resource_providers/${uuid}/traits`, { resource_provider_generation: 1, traits })
  }
  return uuid
}

const owner = { project_id: 'p1', user_id: 'u1' }
const claimOf = (provider: string, resources: object) => ({ allocations: { [provider]: { resources } }, ...owner })
const detailOf = (answer: Answer): string => JSON.stringify(answer.body)
const usedOf = async (provider: string): Promise<unknown> =>
  (await newest('GET', `/resource_providers/${provider}/usages`)).body

describe('allocations of a consumer', () => {
  it('are set in the shape of each version', async () => {
    const provider = await makeProvider({ VCPU: { total: 8 } })
    const put = async (minor: number, body: object): Promise<number> =>
      (await at(minor, 'PUT', `/allocations/${crypto.randomUUID()}`, body)).status
    const list = { allocations: [{ resource_provider: { uuid: provider }, resources: { VCPU: 1 } }] }
    const dict = claimOf(provider, { VCPU: 1 })
    expect([await put(7, list), await put(8, list)]).toEqual([204, 400])
    expect([await put(7, { ...list, ...owner }), await put(8, { ...list, ...owner })]).toEqual([400, 204])
    expect([await put(11, dict), await put(12, dict)]).toEqual([400, 204])
    expect([await put(12, { ...list, ...owner })]).toEqual([400])
    expect([await put(27, dict), await put(28, dict)]).toEqual([204, 400])
    const generation = { ...dict, consumer_generation: null }
    expect([await put(27, generation), await put(28, generation)]).toEqual([400, 204])
    const mappings = { ...generation, mappings: { '': [provider] } }
    expect([await put(33, mappings), await put(34, mappings)]).toEqual([400, 204])
    const typed = { ...generation, consumer_type: 'INSTANCE' }
    expect([await put(37, typed), await put(38, generation), await put(38, typed)]).toEqual([400, 400, 204])
    expect([await put(27, { ...owner, allocations: {} })]).toEqual([400])
    expect([await put(28, { ...owner, allocations: {}, consumer_generation: null })]).toEqual([204])
    expect((await at(28, 'PUT', '/allocations/not-a-uuid', generation)).status).toBe(400)
  })

  it('are shown in the shape of each version and by provider', async () => {
    const provider = await makeProvider({ VCPU: { total: 8 }, MEMORY_MB: { total: 1024 } })
    const consumer = crypto.randomUUID()
    const body = {
      ...claimOf(provider, { VCPU: 2, MEMORY_MB: 512 }),
      consumer_generation: null,
      consumer_type: 'INSTANCE',
    }
    expect((await newest('PUT', `/allocations/${consumer}`, body)).status).toBe(204)
    const allocations = { [provider]: { resources: { MEMORY_MB: 512, VCPU: 2 }, generation: 2 } }
    const shown = async (minor: number): Promise<unknown> => (await at(minor, 'GET', `/allocations/${consumer}`)).body
    expect(await shown(11)).toEqual({ allocations })
    expect(await shown(12)).toEqual({ allocations, ...owner })
    expect(await shown(28)).toEqual({ allocations, ...owner, consumer_generation: 1 })
    expect(await shown(38)).toEqual({ allocations, ...owner, consumer_generation: 1, consumer_type: 'INSTANCE' })
    expect((await newest('GET', `/resource_providers/${provider}/allocations`)).body).toEqual({
      allocations: { [consumer]: { resources: { MEMORY_MB: 512, VCPU: 2 }, consumer_generation: 1 } },
      resource_provider_generation: 2,
    })
    expect(await usedOf(provider)).toEqual({ resource_provider_generation: 2, usages: { VCPU: 2, MEMORY_MB: 512 } })
    expect((await newest('DELETE', `/allocations/${consumer}`)).status).toBe(204)
    expect((await newest('DELETE', `/allocations/${consumer}`)).status).toBe(404)
    expect(await usedOf(provider)).toMatchObject({ usages: { VCPU: 0, MEMORY_MB: 0 } })
  })

  it('keep to the generation of the consumer', async () => {
    const provider = await makeProvider({ VCPU: { total: 8 } })
    const path = `/allocations/${crypto.randomUUID()}`
    const put = (generation: number | null) =>
      at(28, 'PUT', path, { ...claimOf(provider, { VCPU: 1 }), consumer_generation: generation })
    expect(detailOf(await put(0))).toContain('consumer generation conflict - expected null but got 0')
    expect((await put(null)).status).toBe(204)
    expect(detailOf(await put(null))).toContain('consumer generation conflict - expected 1 but got None')
    expect((await put(1)).status).toBe(204)
    const empty = { ...owner, allocations: {}, consumer_generation: 2 }
    expect((await at(28, 'PUT', path, empty)).status).toBe(204)
    expect((await put(null)).status).toBe(204)
  })

  it('never exceed capacity, unit or step, and say which', async () => {
    const provider = await makeProvider({
      VCPU: { total: 4, allocation_ratio: 1.5, min_unit: 2, max_unit: 4, step_size: 2 },
    })
    const put = (resources: object, path = `/allocations/${crypto.randomUUID()}`) =>
      at(27, 'PUT', path, claimOf(provider, resources))
    expect(detailOf(await put({ VCPU: 3 }))).toContain('The requested amount would violate inventory constraints.')
    expect(detailOf(await put({ VCPU: 6 }))).toContain('The requested amount would violate inventory constraints.')
    const first = `/allocations/${crypto.randomUUID()}`
    expect((await put({ VCPU: 4 }, first)).status).toBe(204)
    expect(detailOf(await put({ VCPU: 4 }))).toContain('The requested amount would exceed the capacity.')
    expect((await put({ VCPU: 2 })).status).toBe(204)
    expect(detailOf(await put({ DISK_GB: 1 }))).toContain(
      `Inventory for 'DISK_GB' on resource provider '${provider}' invalid.`,
    )
    expect(await put({ CUSTOM_NONE: 1 })).toMatchObject({ status: 400 })
    expect(detailOf(await at(27, 'PUT', first, claimOf(crypto.randomUUID(), { VCPU: 2 })))).toContain(
      'that does not exist.',
    )
    const shrink = { resource_provider_generation: 3, inventories: { VCPU: { total: 2 } } }
    expect((await newest('PUT', `/resource_providers/${provider}/inventories`, shrink)).status).toBe(200)
    expect((await put({ VCPU: 3 }, first)).status).toBe(204)
    expect((await put({ VCPU: 4 }, first)).status).toBe(409)
    expect(await newest('DELETE', `/resource_providers/${provider}`)).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'placement.resource_provider.inuse' }] },
    })
    expect(await newest('DELETE', `/resource_providers/${provider}/inventories`)).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'placement.inventory.inuse' }] },
    })
  })
})

describe('many consumers at once', () => {
  it('are all set or none', async () => {
    const provider = await makeProvider({ VCPU: { total: 4 } })
    const [a, b] = [crypto.randomUUID(), crypto.randomUUID()]
    const post = (first: number, second: number) =>
      at(13, 'POST', '/allocations', {
        [a]: claimOf(provider, { VCPU: first }),
        [b]: claimOf(provider, { VCPU: second }),
      })
    expect((await post(3, 2)).status).toBe(409)
    expect(await usedOf(provider)).toMatchObject({ usages: { VCPU: 0 } })
    expect((await post(3, 1)).status).toBe(204)
    const moved = { [a]: { ...owner, allocations: {} }, [b]: claimOf(provider, { VCPU: 4 }) }
    expect((await at(13, 'POST', '/allocations', moved)).status).toBe(204)
    expect((await newest('GET', `/allocations/${a}`)).body).toEqual({ allocations: {} })
  })

  it('usages are summed by project and user, by type from 1.38', async () => {
    const provider = await makeProvider({ VCPU: { total: 99 } })
    const who = { project_id: 'summed', user_id: 'u1' }
    const claim = (user: string, type?: string) => ({
      allocations: { [provider]: { resources: { VCPU: 2 } } },
      ...who,
      user_id: user,
      consumer_generation: null,
      ...(type === undefined ? {} : { consumer_type: type }),
    })
    await at(37, 'PUT', `/allocations/${crypto.randomUUID()}`, claim('u1'))
    await at(38, 'PUT', `/allocations/${crypto.randomUUID()}`, claim('u1', 'INSTANCE'))
    await at(38, 'PUT', `/allocations/${crypto.randomUUID()}`, claim('u2', 'INSTANCE'))
    const usages = async (minor: number, query: string): Promise<unknown> =>
      (await at(minor, 'GET', `/usages?project_id=summed${query}`)).body
    expect(await usages(37, '')).toEqual({ usages: { VCPU: 6 } })
    expect(await usages(9, '&user_id=u2')).toEqual({ usages: { VCPU: 2 } })
    expect(await usages(38, '')).toEqual({
      usages: { unknown: { VCPU: 2, consumer_count: 1 }, INSTANCE: { VCPU: 4, consumer_count: 2 } },
    })
    expect(await usages(38, '&consumer_type=all')).toEqual({ usages: { all: { VCPU: 6, consumer_count: 3 } } })
    expect(await usages(38, '&consumer_type=unknown')).toEqual({ usages: { unknown: { VCPU: 2, consumer_count: 1 } } })
    expect((await at(37, 'GET', '/usages?project_id=summed&consumer_type=all')).status).toBe(400)
  })
})

describe('reshaper', () => {
  it('moves a class and its allocations to a child in one step', async () => {
    const parent = await makeProvider({ VCPU: { total: 8 }, VGPU: { total: 4 } })
    const child = crypto.randomUUID()
    await newest('POST', '/resource_providers', { name: child, uuid: child, parent_provider_uuid: parent })
    const consumer = crypto.randomUUID()
    await at(27, 'PUT', `/allocations/${consumer}`, claimOf(parent, { VCPU: 2, VGPU: 3 }))
    const reshape = (generation: number) => ({
      inventories: {
        [parent]: { resource_provider_generation: generation, inventories: { VCPU: { total: 8 } } },
        [child]: { resource_provider_generation: 0, inventories: { VGPU: { total: 4 } } },
      },
      allocations: {
        [consumer]: {
          allocations: { [parent]: { resources: { VCPU: 2 } }, [child]: { resources: { VGPU: 3 } } },
          ...owner,
          consumer_generation: 1,
          consumer_type: 'INSTANCE',
        },
      },
    })
    expect((await at(39, 'POST', '/reshaper', reshape(0), 'service')).status).toBe(409)
    const forgetful = { ...reshape(2), allocations: {} }
    expect(await at(39, 'POST', '/reshaper', forgetful, 'service')).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'placement.inventory.inuse' }] },
    })
    expect((await at(39, 'POST', '/reshaper', reshape(2), 'service')).status).toBe(204)
    expect(await usedOf(parent)).toEqual({ resource_provider_generation: 5, usages: { VCPU: 2 } })
    expect(await usedOf(child)).toEqual({ resource_provider_generation: 3, usages: { VGPU: 3 } })
  })
})

describe('candidates', () => {
  it('are written as each version writes them, and can be claimed', async () => {
    const trait = 'HW_CPU_X86_AVX512F'
    const provider = await makeProvider({ FPGA: { total: 3 }, PGPU: { total: 2 } }, [trait])
    const get = async (minor: number): Promise<unknown> =>
      (await at(minor, 'GET', '/allocation_candidates?resources=FPGA:2')).body
    const fpga = { FPGA: { capacity: 3, used: 0 } }
    expect(await get(10)).toEqual({
      allocation_requests: [{ allocations: [{ resource_provider: { uuid: provider }, resources: { FPGA: 2 } }] }],
      provider_summaries: { [provider]: { resources: fpga } },
    })
    const allocations = { [provider]: { resources: { FPGA: 2 } } }
    expect(await get(12)).toMatchObject({ allocation_requests: [{ allocations }] })
    expect(await get(17)).toMatchObject({ provider_summaries: { [provider]: { resources: fpga, traits: [trait] } } })
    expect(await get(27)).toMatchObject({
      provider_summaries: { [provider]: { resources: { ...fpga, PGPU: { capacity: 2, used: 0 } } } },
    })
    expect(await get(29)).toMatchObject({
      provider_summaries: { [provider]: { parent_provider_uuid: null, root_provider_uuid: provider } },
    })
    expect(await get(34)).toMatchObject({ allocation_requests: [{ allocations, mappings: { '': [provider] } }] })
    await at(27, 'PUT', `/allocations/${crypto.randomUUID()}`, { allocations, ...owner })
    expect(await get(34)).toEqual({ allocation_requests: [], provider_summaries: {} })
    expect((await newest('GET', '/allocation_candidates?resources=CUSTOM_NONE:1')).status).toBe(400)
    expect((await newest('GET', '/allocation_candidates?resources=FPGA:1&required=CUSTOM_NONE')).status).toBe(400)
  })
})

describe('racing', () => {
  const whoever = () => ({ consumerId: crypto.randomUUID(), projectId: 'p', userId: 'u' })
  const inventory = { total: 4, reserved: 0, minUnit: 1, maxUnit: 4, stepSize: 1, allocationRatio: 4 }

  it('a hundred claims for ten places get exactly ten, from two controllers', async () => {
    const provider = await makeProvider({ VCPU: { total: 10 } })
    const other = createPlacement()
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, number) => {
        const { door } = number % 2 === 0 ? controller : other
        return door.claim(services.ctx(), { ...whoever(), providerId: provider, resources: { VCPU: 1 } })
      }),
    )
    expect(results.filter(Boolean)).toHaveLength(10)
    expect(await usedOf(provider)).toMatchObject({ usages: { VCPU: 10 } })
    expect((await other.door.getProvider(services.ctx(), provider))?.inventories.get('VCPU')?.used).toBe(10)
  })

  it('what one controller changes, the other sees at once', async () => {
    const { door } = createPlacement()
    const ctx = services.ctx()
    const id = await makeProvider({ VCPU: { total: 4 } })
    expect((await door.getProvider(ctx, id))?.generation).toBe(1)
    await newest('PUT', '/resource_classes/CUSTOM_SEEN')
    await door.ensureProvider(ctx, { id, name: id, inventories: { CUSTOM_SEEN: inventory }, traits: ['CUSTOM_OTHER'] })
    expect((await newest('GET', `/resource_providers/${id}/traits`)).body).toMatchObject({ traits: ['CUSTOM_OTHER'] })
    const query = '/allocation_candidates?resources=CUSTOM_SEEN:1&required=CUSTOM_OTHER'
    expect((await newest('GET', query)).body).toMatchObject({ provider_summaries: { [id]: {} } })
    await door.deleteProvider(ctx, id)
    expect((await newest('GET', query)).body).toMatchObject({ allocation_requests: [] })
    expect((await newest('GET', `/resource_providers/${id}`)).status).toBe(404)
  })

  it('the door may be called again without writing anything', async () => {
    const { door } = controller
    const ctx = services.ctx()
    const id = crypto.randomUUID()
    const host = async (): Promise<number | undefined> => {
      const inventories = { PCPU: { ...inventory, maxUnit: 16 } }
      await door.ensureProvider(ctx, { id, name: `host-${id}`, inventories, traits: ['COMPUTE_NODE'] })
      return (await door.getProvider(ctx, id))?.generation
    }
    expect([await host(), await host()]).toEqual([1, 1])
    const wanted = { resources: { PCPU: 3, DISK_GB: 0 }, required: ['COMPUTE_NODE'], limit: 10 }
    expect(await door.getCandidates(ctx, wanted)).toEqual([
      { providerId: id, capacity: { PCPU: 16 }, used: { PCPU: 0 } },
    ])
    const server = whoever()
    const claim = () => door.claim(ctx, { ...server, providerId: id, resources: { PCPU: 16, DISK_GB: 0 } })
    expect([await claim(), await claim()]).toEqual([true, true])
    expect(await door.getCandidates(ctx, wanted)).toEqual([])
    const migration = { ...whoever(), type: 'MIGRATION' }
    await door.moveAllocations(ctx, server.consumerId, migration)
    await door.moveAllocations(ctx, server.consumerId, migration)
    const held = [{ provider: id, resourceClass: 'PCPU', amount: 16 }]
    expect(await door.listAllocations(ctx, migration.consumerId)).toEqual(held)
    expect(await door.listConsumers(ctx, id)).toEqual([migration.consumerId])
    const tooMuch = door.setAllocations(ctx, [{ by: server, claims: held }])
    await expect(tooMuch).rejects.toBeInstanceOf(ClaimError)
    await door.release(ctx, migration.consumerId)
    await door.release(ctx, migration.consumerId)
    expect((await door.getProvider(ctx, id))?.inventories.get('PCPU')?.used).toBe(0)
  })
})
