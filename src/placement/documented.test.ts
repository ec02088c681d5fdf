// Every error that the API reference names for a path and a method, made to happen. Source: placement, api-ref/source/*.inc, but for two
// that nothing a client says leads to: 404 of PUT /allocations/{consumer_uuid} (what is unknown there is 400), and 409 of DELETE of a
// provider's traits (it takes no generation).
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startServices, type TestServices } from '#platform/testing/api.ts'
import { createPlacement } from './service.ts'

const documented: Readonly<Record<string, readonly number[]>> = {
  'GET /resource_providers': [400],
  'POST /resource_providers': [409],
  'GET /resource_providers/:uuid': [404],
  'PUT /resource_providers/:uuid': [400, 404, 409],
  'DELETE /resource_providers/:uuid': [404, 409],
  'GET /resource_providers/:uuid/aggregates': [404],
  'PUT /resource_providers/:uuid/aggregates': [400, 404, 409],
  'GET /resource_providers/:uuid/allocations': [404],
  'GET /resource_providers/:uuid/inventories': [404],
  'PUT /resource_providers/:uuid/inventories': [400, 404, 409],
  'POST /resource_providers/:uuid/inventories': [400, 404, 409],
  'DELETE /resource_providers/:uuid/inventories': [404, 409],
  'GET /resource_providers/:uuid/inventories/:resource_class': [404],
  'PUT /resource_providers/:uuid/inventories/:resource_class': [400, 404, 409],
  'DELETE /resource_providers/:uuid/inventories/:resource_class': [404, 409],
  'GET /resource_providers/:uuid/traits': [404],
  'PUT /resource_providers/:uuid/traits': [400, 404, 409],
  'DELETE /resource_providers/:uuid/traits': [404],
  'GET /resource_providers/:uuid/usages': [404],
  'POST /resource_classes': [400, 409],
  'GET /resource_classes/:name': [404],
  'PUT /resource_classes/:name': [400, 404, 409],
  'DELETE /resource_classes/:name': [400, 404, 409],
  'GET /traits/:name': [404],
  'PUT /traits/:name': [400],
  'DELETE /traits/:name': [400, 404, 409],
  'GET /allocation_candidates': [400],
  'POST /allocations': [400, 409],
  'PUT /allocations/:consumer_uuid': [400, 409],
  'DELETE /allocations/:consumer_uuid': [404],
  'POST /reshaper': [400, 409],
  'GET /usages': [400],
}

const busy = '6a0d5c1e-2222-4000-8000-000000000001'
const idle = '6a0d5c1e-2222-4000-8000-000000000002'
const none = '6a0d5c1e-2222-4000-8000-00000000dead'
const holder = '6a0d5c1e-2222-4000-8000-00000000cafe'
const stale = { resource_provider_generation: 99 }
const claim = (amount: number, provider = busy) => ({
  allocations: { [provider]: { resources: { VCPU: amount } } },
  project_id: 'p',
  user_id: 'u',
  consumer_generation: null,
  consumer_type: 'INSTANCE',
})
const reshape = (provider: string) => ({
  inventories: { [provider]: { ...stale, inventories: {} } },
  allocations: {},
})

/** Status, method, route and what stands for its parameters; then the body, the query string and the version. */
type Trial = readonly [number, string, readonly string[], unknown?, string?, number?]
const trials: readonly Trial[] = [
  [400, 'GET /resource_providers', [], undefined, '?nope=1'],
  [409, 'POST /resource_providers', [], { name: 'busy' }],
  [404, 'GET /resource_providers/:uuid', [none]],
  [400, 'PUT /resource_providers/:uuid', [busy], {}],
  [404, 'PUT /resource_providers/:uuid', [none], { name: 'x' }],
  [409, 'PUT /resource_providers/:uuid', [busy], { name: 'idle' }],
  [404, 'DELETE /resource_providers/:uuid', [none]],
  [409, 'DELETE /resource_providers/:uuid', [busy]],
  [404, 'GET /resource_providers/:uuid/aggregates', [none]],
  [400, 'PUT /resource_providers/:uuid/aggregates', [busy], []],
  [404, 'PUT /resource_providers/:uuid/aggregates', [none], { ...stale, aggregates: [] }],
  [409, 'PUT /resource_providers/:uuid/aggregates', [busy], { ...stale, aggregates: [] }],
  [404, 'GET /resource_providers/:uuid/allocations', [none]],
  [404, 'GET /resource_providers/:uuid/inventories', [none]],
  [400, 'PUT /resource_providers/:uuid/inventories', [busy], {}],
  [404, 'PUT /resource_providers/:uuid/inventories', [none], { ...stale, inventories: {} }],
  [409, 'PUT /resource_providers/:uuid/inventories', [busy], { ...stale, inventories: {} }],
  [400, 'POST /resource_providers/:uuid/inventories', [busy], { resource_class: 'NOPE', total: 1 }],
  [404, 'POST /resource_providers/:uuid/inventories', [none], { resource_class: 'PCPU', total: 1 }],
  [409, 'POST /resource_providers/:uuid/inventories', [busy], { resource_class: 'VCPU', total: 1 }],
  [404, 'DELETE /resource_providers/:uuid/inventories', [none]],
  [409, 'DELETE /resource_providers/:uuid/inventories', [busy]],
  [404, 'GET /resource_providers/:uuid/inventories/:resource_class', [busy, 'PCPU']],
  [400, 'PUT /resource_providers/:uuid/inventories/:resource_class', [busy, 'VCPU'], { total: 1 }],
  [404, 'PUT /resource_providers/:uuid/inventories/:resource_class', [none, 'VCPU'], { ...stale, total: 1 }],
  [409, 'PUT /resource_providers/:uuid/inventories/:resource_class', [busy, 'VCPU'], { ...stale, total: 1 }],
  [404, 'DELETE /resource_providers/:uuid/inventories/:resource_class', [busy, 'PCPU']],
  [409, 'DELETE /resource_providers/:uuid/inventories/:resource_class', [busy, 'VCPU']],
  [404, 'GET /resource_providers/:uuid/traits', [none]],
  [400, 'PUT /resource_providers/:uuid/traits', [busy], { traits: [] }],
  [404, 'PUT /resource_providers/:uuid/traits', [none], { ...stale, traits: [] }],
  [409, 'PUT /resource_providers/:uuid/traits', [busy], { ...stale, traits: [] }],
  [404, 'DELETE /resource_providers/:uuid/traits', [none]],
  [404, 'GET /resource_providers/:uuid/usages', [none]],
  [400, 'POST /resource_classes', [], { name: 'NOPE' }],
  [409, 'POST /resource_classes', [], { name: 'CUSTOM_USED' }],
  [404, 'GET /resource_classes/:name', ['CUSTOM_NONE']],
  [400, 'PUT /resource_classes/:name', ['NOPE']],
  [404, 'PUT /resource_classes/:name', ['CUSTOM_NONE'], { name: 'CUSTOM_NEW' }, '', 6],
  [409, 'PUT /resource_classes/:name', ['CUSTOM_OTHER'], { name: 'CUSTOM_USED' }, '', 6],
  [400, 'DELETE /resource_classes/:name', ['VCPU']],
  [404, 'DELETE /resource_classes/:name', ['CUSTOM_NONE']],
  [409, 'DELETE /resource_classes/:name', ['CUSTOM_USED']],
  [404, 'GET /traits/:name', ['CUSTOM_NONE']],
  [400, 'PUT /traits/:name', ['NOPE']],
  [400, 'DELETE /traits/:name', ['HW_CPU_X86_VMX']],
  [404, 'DELETE /traits/:name', ['CUSTOM_NONE']],
  [409, 'DELETE /traits/:name', ['CUSTOM_HELD']],
  [400, 'GET /allocation_candidates', []],
  [400, 'POST /allocations', [], { [none]: claim(1, none) }],
  [409, 'POST /allocations', [], { [none]: claim(9) }],
  [400, 'PUT /allocations/:consumer_uuid', [none], claim(1, none)],
  [409, 'PUT /allocations/:consumer_uuid', [none], claim(9)],
  [404, 'DELETE /allocations/:consumer_uuid', [none]],
  [400, 'POST /reshaper', [], reshape(none)],
  [409, 'POST /reshaper', [], reshape(busy)],
  [400, 'GET /usages', []],
]

let services: TestServices
const send = (minor: number, method: string, path: string, body?: unknown): Promise<Answer> =>
  services.client('placement')(method, path, {
    token: 'service',
    headers: { 'openstack-api-version': `placement 1.${minor}` },
    ...(body === undefined ? {} : { body }),
  })

beforeAll(async () => {
  services = await startServices(() => [createPlacement().service])
  for (const name of ['CUSTOM_USED', 'CUSTOM_OTHER']) await send(39, 'POST', '/resource_classes', { name })
  await send(39, 'PUT', '/traits/CUSTOM_HELD')
  await send(39, 'POST', '/resource_providers', { name: 'busy', uuid: busy })
  await send(39, 'POST', '/resource_providers', { name: 'idle', uuid: idle })
  const inventories = { VCPU: { total: 4 }, CUSTOM_USED: { total: 1 } }
  await send(39, 'PUT', `/resource_providers/${busy}/inventories`, { resource_provider_generation: 0, inventories })
  const traits = { resource_provider_generation: 1, traits: ['CUSTOM_HELD'] }
  await send(39, 'PUT', `/resource_providers/${busy}/traits`, traits)
  expect((await send(39, 'PUT', `/allocations/${holder}`, claim(1))).status).toBe(204)
})
afterAll(() => services.stop())

describe('the errors of the API reference', () => {
  it('are all tried, of every route that has some', () => {
    const tried: Record<string, number[]> = {}
    for (const [status, route] of trials) (tried[route] ??= []).push(status)
    expect(tried).toEqual(documented)
    const routes = createPlacement().service.api.routes.map(({ method, path }) => `${method} ${path}`)
    expect(routes).toEqual(expect.arrayContaining(Object.keys(documented)))
    expect(routes.filter((each) => !(each in documented)).toSorted()).toEqual([
      'GET /',
      'GET /allocations/:consumer_uuid',
      'GET /resource_classes',
      'GET /traits',
    ])
  })

  const named = trials.map(([status, route, values, body, query = '', minor = 39]) => ({
    status,
    route,
    values,
    body,
    query,
    minor,
  }))
  it.each(named)(
    '$status of $route with $values and $body $query',
    async ({ status, route, values, body, query, minor }) => {
      const [method = '', pattern = ''] = route.split(' ')
      const rest = [...values]
      const path = pattern.replaceAll(/:\w+/g, () => rest.shift() ?? '')
      const answer = await send(minor, method, `${path}${query}`, body)
      expect(answer).toMatchObject({ status, body: { errors: [{ status }] } })
    },
  )
})
