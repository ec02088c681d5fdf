import { afterAll, beforeAll, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.stop())

it('the limits that hold for a project are its own, else those of the region, else those of none', async () => {
  const { admin, door } = identity
  const service = { name: 'glance', type: 'image' }
  const service_id = at(await admin('POST', '/v3/services', { service }), 'service', 'id')
  await admin('POST', '/v3/regions', { region: { id: 'RegionTwo' } })
  const project = at(await admin('POST', '/v3/projects', { project: { name: 'p' } }), 'project', 'id')
  const register = (resource_name: string, default_limit: number, region_id: string | null) => ({
    service_id,
    resource_name,
    default_limit,
    region_id,
  })
  const registered_limits = [
    register('image_count_total', 5, null),
    register('image_count_total', 7, 'RegionOne'),
    register('image_size_total', 1000, 'RegionOne'),
    register('image_stage_total', 9, null),
    register('image_count_uploading', 3, 'RegionTwo'),
  ]
  expect((await admin('POST', '/v3/registered_limits', { registered_limits })).status).toBe(201)
  const limits = [{ service_id, region_id: 'RegionOne', resource_name: 'image_size_total', resource_limit: 10 }]
  const limited = await admin('POST', '/v3/limits', {
    limits: limits.map((limit) => ({ ...limit, project_id: project })),
  })
  expect(limited.status).toBe(201)
  const of = async (id: string) => Object.fromEntries(await door.limitsOf(identity.ctx(), 'image', id))
  expect(await of(project)).toEqual({ image_count_total: 7, image_size_total: 10, image_stage_total: 9 })
  expect(await of('another')).toEqual({ image_count_total: 7, image_size_total: 1000, image_stage_total: 9 })
  expect(await door.limitsOf(identity.ctx(), 'compute', project)).toEqual(new Map())
})

it('an endpoint is found by type, region and interface, as the catalog has it', async () => {
  const { admin, door } = identity
  const services = await admin('GET', '/v3/services?type=image')
  const service_id = at(services, 'services', 0, 'id')
  const endpoint = { service_id, region_id: 'RegionTwo', interface: 'internal', url: 'http://two/%(project_id)s' }
  expect((await admin('POST', '/v3/endpoints', { endpoint })).status).toBe(201)
  const ctx = { ...identity.ctx(), caller: { ...identity.ctx().caller, userId: 'u', projectId: 'p' } }
  expect(await door.findEndpoint(ctx, 'image', 'regiontwo', 'internal')).toBe('http://two/p')
  expect(await door.findEndpoint(ctx, 'image', 'RegionTwo', 'public')).toBeUndefined()
  expect(await door.findEndpoint(ctx, 'image', 'RegionThree', 'internal')).toBeUndefined()
})

it('what is sealed opens for its purpose alone', () => {
  const { door } = identity
  const sealed = door.seal('secret', 'image/x')
  expect(sealed).not.toContain('secret')
  expect(door.unseal(sealed, 'image/x')).toBe('secret')
  expect(() => door.unseal(sealed, 'image/y')).toThrow('authenticate')
})
