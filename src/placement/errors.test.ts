// Bad input of every kind: Placement's status, code and words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startServices, type TestServices } from '#platform/testing/api.ts'
import { createPlacement } from './service.ts'

let services: TestServices
const provider = '6a0d5c1e-1111-4000-8000-000000000001'
const nobody = '6a0d5c1e-1111-4000-8000-00000000dead'
beforeAll(async () => {
  services = await startServices(() => [createPlacement().service])
  await send('POST', '/resource_providers', { name: 'there', uuid: provider })
  await send('PUT', `/resource_providers/${provider}/inventories`, {
    resource_provider_generation: 0,
    inventories: { VCPU: { total: 40_000 }, DISK_GB: { total: 10, max_unit: 4, step_size: 2 } },
  })
})
afterAll(() => services.stop())

const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
  services.client('placement')(method, path, {
    headers: { 'openstack-api-version': 'placement 1.39' },
    ...(body === undefined ? {} : { body }),
  })

const allocation = (resources: object, who: object = {}, uuid = provider) => ({
  allocations: { [uuid]: { resources } },
  project_id: 'p',
  user_id: 'u',
  consumer_generation: null,
  consumer_type: 'INSTANCE',
  ...who,
})
const inventories = (fields: object, generation = 1) => ({
  resource_provider_generation: generation,
  inventories: { VCPU: fields },
})

const UNDEFINED = 'placement.undefined_code'
const CONCURRENT = 'placement.concurrent_update'
const rp = `/resource_providers/${provider}`
const consumer = `/allocations/${nobody}`

describe('is refused with the words of Placement:', () => {
  it.each<[string, string, unknown, number, string, string]>([
    ['GET', '/resource_providers?nope=1', undefined, 400, UNDEFINED, "('nope' was unexpected)"],
    ['GET', '/resource_providers?uuid=x', undefined, 400, UNDEFINED, "'x' is not a 'uuid'"],
    ['GET', '/resource_providers?resources=VCPU', undefined, 400, UNDEFINED, 'Badly formed resources parameter.'],
    ['GET', '/resource_providers?resources=VCPU:-1', undefined, 400, UNDEFINED, 'requires amount >= 1. Got: -1.'],
    ['GET', '/resource_providers?resources=NOPE:1', undefined, 400, UNDEFINED, 'No such resource class NOPE.'],
    ['GET', '/resource_providers?required=NOPE', undefined, 400, UNDEFINED, 'No such trait(s): NOPE.'],
    ['GET', '/resource_providers?member_of=x', undefined, 400, UNDEFINED, 'to contain valid UUID(s)'],
    ['GET', '/allocation_candidates', undefined, 400, 'placement.query.missing_value', 'at least one resources'],
    ['GET', '/allocation_candidates?resources=VCPU:1&limit=0', undefined, 400, UNDEFINED, "'0' does not match"],
    ['GET', '/allocation_candidates?resources=VCPU:99999999999999999999', undefined, 200, '', ''],
    ['GET', '/allocation_candidates?resources1=VCPU:1&resources2=VCPU:1', undefined, 400, UNDEFINED, 'group_policy'],
    ['GET', '/usages', undefined, 400, UNDEFINED, "'project_id' is a required property"],
    ['GET', `/resource_providers/${nobody}`, undefined, 404, UNDEFINED, `with uuid ${nobody} found`],
    ['GET', `/resource_providers?uuid=${nobody.replaceAll('-', '')}`, undefined, 200, '', '[]'],
    ['POST', '/resource_providers', {}, 400, UNDEFINED, "'name' is a required property"],
    ['POST', '/resource_providers', { name: 'n', b: 1, a: 1 }, 400, UNDEFINED, "('a', 'b' were unexpected)"],
    ['POST', '/resource_providers', { name: 'n'.repeat(201) }, 400, UNDEFINED, 'is too long'],
    ['POST', '/resource_providers', { name: 'n', uuid: 'x' }, 400, UNDEFINED, "'x' is not a 'uuid'"],
    [
      'POST',
      '/resource_providers',
      { name: 'n', parent_provider_uuid: 5 },
      400,
      UNDEFINED,
      '5 is not valid under any of',
    ],
    ['POST', '/resource_providers', { name: 'n', parent_provider_uuid: 'x' }, 400, UNDEFINED, "'x' is not a 'uuid'"],
    ['POST', '/resource_providers', { name: 'there', uuid: provider }, 409, 'placement.duplicate_name', ' uuid: '],
    ['POST', '/resource_providers', { name: 'there' }, 409, 'placement.duplicate_name', 'name: there already exists.'],
    ['POST', '/resource_providers', { name: 'n', parent_provider_uuid: nobody }, 400, UNDEFINED, 'does not exist.'],
    ['PUT', `${rp}/inventories`, inventories({ total: -1 }), 400, UNDEFINED, '-1 is less than the minimum of 1'],
    [
      'PUT',
      `${rp}/inventories`,
      inventories({ total: 2 ** 31 }),
      400,
      UNDEFINED,
      'greater than the maximum of 2147483647',
    ],
    ['PUT', `${rp}/inventories`, inventories({ total: 1.5 }), 400, UNDEFINED, "1.5 is not of type 'integer'"],
    [
      'PUT',
      `${rp}/inventories`,
      inventories({ total: 1 }, 0),
      409,
      CONCURRENT,
      'resource provider generation conflict',
    ],
    [
      'PUT',
      `${rp}/traits`,
      { traits: [], resource_provider_generation: 0 },
      409,
      CONCURRENT,
      'Please update the generation',
    ],
    [
      'PUT',
      `${rp}/traits`,
      { traits: ['NOPE'], resource_provider_generation: 1 },
      400,
      UNDEFINED,
      'No such trait NOPE',
    ],
    ['PUT', `${rp}/aggregates`, [], 400, UNDEFINED, "[] is not of type 'object'"],
    ['PUT', `${rp}/aggregates`, { aggregates: [], resource_provider_generation: 0 }, 409, CONCURRENT, 'generation'],
    [
      'PUT',
      `${rp}/aggregates`,
      { aggregates: ['x'], resource_provider_generation: 1 },
      400,
      UNDEFINED,
      "'x' is not a 'uuid'",
    ],
    ['PUT', consumer, allocation({ VCPU: 0 }), 400, UNDEFINED, '0 is less than the minimum of 1'],
    ['PUT', consumer, allocation({ VCPU: -1 }), 400, UNDEFINED, '-1 is less than the minimum of 1'],
    ['PUT', consumer, allocation({ NOPE: 1 }), 400, UNDEFINED, 'No such resource class NOPE.'],
    ['PUT', consumer, allocation({ VCPU: 40_001 }), 409, UNDEFINED, 'would exceed the capacity.'],
    ['PUT', consumer, allocation({ VCPU: 1e15 }), 409, UNDEFINED, 'would violate inventory constraints.'],
    ['PUT', consumer, allocation({ DISK_GB: 3 }), 409, UNDEFINED, 'would violate inventory constraints.'],
    [
      'PUT',
      consumer,
      allocation({ VCPU: 1 }, { consumer_generation: 7 }),
      409,
      CONCURRENT,
      'consumer generation conflict',
    ],
    ['PUT', consumer, allocation({ VCPU: 1 }, { consumer_generation: 'x' }), 400, UNDEFINED, "type 'integer', 'null'"],
    ['PUT', consumer, { ...allocation({}), allocations: [] }, 400, UNDEFINED, "[] is not of type 'object'"],
    ['GET', '/usages?project_id=p&consumer_type=', undefined, 400, UNDEFINED, "'' does not match"],
    ['PUT', `/resource_providers/${nobody}`, {}, 404, UNDEFINED, `with uuid ${nobody} found`],
    ['PUT', `/resource_providers/${nobody}/inventories`, {}, 404, UNDEFINED, `with uuid ${nobody} found`],
    ['POST', `/resource_providers/${nobody}/inventories`, {}, 404, UNDEFINED, `with uuid ${nobody} found`],
    ['PUT', `/resource_providers/${nobody}/inventories/VCPU`, {}, 404, UNDEFINED, `with uuid ${nobody} found`],
    ['PUT', `/resource_providers/${nobody}/aggregates`, {}, 404, UNDEFINED, `with uuid ${nobody} found`],
    ['PUT', `/resource_providers/${nobody}/traits`, {}, 400, UNDEFINED, "'traits' is a required property"],
    ['GET', '/resource_providers/', undefined, 404, UNDEFINED, 'could not be found'],
    ['PUT', '/resource_providers', {}, 405, UNDEFINED, 'The method specified is not allowed for this resource.'],
    ['PUT', '/resource_providers', '{"', 405, UNDEFINED, 'not allowed'],
    ['PUT', consumer, allocation({ VCPU: 1 }, {}, nobody), 400, UNDEFINED, `'${nobody}' that does not exist.`],
    ['PUT', consumer, allocation({}), 400, UNDEFINED, 'JSON does not validate'],
    ['DELETE', consumer, undefined, 404, UNDEFINED, `No allocations for consumer '${nobody}'`],
    ['PUT', '/traits/nope', undefined, 400, UNDEFINED, 'The trait is invalid.'],
    ['DELETE', '/traits/HW_CPU_X86_VMX', undefined, 400, UNDEFINED, 'Cannot delete standard trait'],
    ['DELETE', '/resource_classes/VCPU', undefined, 400, UNDEFINED, 'Cannot delete standard resource class VCPU.'],
    ['POST', '/resource_classes', { name: 'VCPU' }, 400, UNDEFINED, "'VCPU' does not match"],
    ['PUT', `/resource_providers/${nobody}`, '{"', 404, UNDEFINED, `with uuid ${nobody} found`],
    ['PUT', consumer, '{"a": }', 400, UNDEFINED, 'Malformed JSON: Expecting value: line 1 column 7 (char 6)'],
    ['PUT', '/resource_classes/CUSTOM_a', '{"', 400, UNDEFINED, 'JSON does not validate'],
    ['PUT', '/resource_classes/CUSTOM_a', undefined, 400, UNDEFINED, 'does not match'],
  ])('%s %s %j', async (method, path, body, status, code, words) => {
    const answer = await send(method, path, body)
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringContaining(words)])
    if (status !== 200) expect(answer.body).toMatchObject({ errors: [{ status, code }] })
  })
})

describe('a body of many thousand lines', () => {
  const consumers = Array.from({ length: 20_000 }, () => crypto.randomUUID())
  const used = async (): Promise<unknown> => (await send('GET', `${rp}/usages`)).body

  it('of claims is taken whole, or not at all', async () => {
    const bodyOf = (each: object) => Object.fromEntries(consumers.map((uuid) => [uuid, each]))
    expect((await send('POST', '/allocations', bodyOf(allocation({ VCPU: 3 })))).status).toBe(409)
    expect(await used()).toMatchObject({ usages: { VCPU: 0 } })
    expect((await send('POST', '/allocations', bodyOf(allocation({ VCPU: 2 })))).status).toBe(204)
    expect(await used()).toMatchObject({ usages: { VCPU: 40_000 } })
    const released = bodyOf({ ...allocation({}), allocations: {}, consumer_generation: 1 })
    expect((await send('POST', '/allocations', released)).status).toBe(204)
    expect(await used()).toMatchObject({ usages: { VCPU: 0 } })
  })

  it('of aggregates is taken', async () => {
    const { body } = await send('GET', `${rp}/aggregates`)
    const generation = /"resource_provider_generation":(\d+)/.exec(JSON.stringify(body))?.[1]
    const set = { aggregates: consumers, resource_provider_generation: Number(generation) }
    expect((await send('PUT', `${rp}/aggregates`, set)).status).toBe(200)
  })
})
