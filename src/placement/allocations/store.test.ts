// Who holds what, where several controllers serve one database at once: each has connections, a memory and ports of its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createClient } from '#platform/testing/api.ts'
import { openTestEngines, type TestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { createRuntime, type Runtime } from '#platform/runtime.ts'
import { createPlacement } from '../service.ts'

let engines: TestEngines
const controllers: Runtime[] = []
beforeAll(async () => {
  engines = await openTestEngines()
  for (let number = 0; number < 4; number += 1) {
    const runtime = createRuntime({ ...engines, db: await engines.connect() })
    await runtime.start([createPlacement().service], authenticatePersona)
    controllers.push(runtime)
  }
})
afterAll(async () => {
  for (const runtime of controllers) await runtime.stop()
  await engines.close()
})

/** A request to one of the controllers, by its number. */
const to = (number: number, method: string, path: string, body?: unknown): Promise<Answer> => {
  const runtime = controllers[number % controllers.length]
  if (runtime === undefined) throw new Error('no controller is running')
  return createClient(runtime.urlOf('placement'), 'admin')(method, path, {
    headers: { 'openstack-api-version': 'placement 1.39' },
    ...(body === undefined ? {} : { body }),
  })
}

const makeProvider = async (number: number, total: number): Promise<string> => {
  const uuid = crypto.randomUUID()
  await to(number, 'POST', '/resource_providers', { name: uuid, uuid })
  const body = { resource_provider_generation: 0, inventories: { VCPU: { total } } }
  expect((await to(number, 'PUT', `/resource_providers/${uuid}/inventories`, body)).status).toBe(200)
  return uuid
}

const claimOf = (provider: string, generation: number | null = null) => ({
  allocations: { [provider]: { resources: { VCPU: 1 } } },
  project_id: 'p',
  user_id: 'u',
  consumer_generation: generation,
  consumer_type: 'INSTANCE',
})

const count = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length

const hundred = Array.from({ length: 100 }, (_, index) => index)

describe('racing', () => {
  it.each([
    ['one controller', 1],
    ['four controllers', 4],
  ])('a hundred claims for ten places get exactly ten: %s', async (_, among) => {
    const provider = await makeProvider(0, 10)
    const answers = await Promise.all(
      hundred.map((index) => to(index % among, 'PUT', `/allocations/${crypto.randomUUID()}`, claimOf(provider))),
    )
    expect([count(answers, 204), count(answers, 409)]).toEqual([10, 90])
    for (const number of controllers.keys()) {
      const { body } = await to(number, 'GET', `/resource_providers/${provider}/usages`)
      expect(body).toEqual({ resource_provider_generation: 11, usages: { VCPU: 10 } })
    }
    const held = await engines.db.read
      .selectFrom('placement_allocations')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('provider_uuid', '=', provider)
      .executeTakeFirstOrThrow()
    expect(Number(held.count)).toBe(10)
  })

  it('of many writers with the same generation one wins, the others are told', async () => {
    const provider = await makeProvider(0, 10)
    const writers = await Promise.all(
      hundred.slice(0, 20).map((index) =>
        to(index, 'PUT', `/resource_providers/${provider}/inventories`, {
          resource_provider_generation: 1,
          inventories: { VCPU: { total: 100 + index } },
        }),
      ),
    )
    expect([count(writers, 200), count(writers, 409)]).toEqual([1, 19])
    const loser = writers.find(({ status }) => status === 409)
    expect(loser?.body).toMatchObject({ errors: [{ code: 'placement.concurrent_update' }] })
    const path = `/allocations/${crypto.randomUUID()}`
    const claims = await Promise.all(hundred.slice(0, 20).map((index) => to(index, 'PUT', path, claimOf(provider))))
    expect([count(claims, 204), count(claims, 409)]).toEqual([1, 19])
  })

  it('of many who take the same name one gets it', async () => {
    const name = crypto.randomUUID()
    const made = await Promise.all(
      hundred.slice(0, 20).map((index) => to(index, 'POST', '/resource_providers', { name })),
    )
    expect([count(made, 200), count(made, 409)]).toEqual([1, 19])
  })
})

describe('what one controller writes', () => {
  it('every other sees with its next request', async () => {
    for (const writer of controllers.keys()) {
      const provider = await makeProvider(writer, 4)
      const trait = `CUSTOM_OF_${writer}`
      const aggregate = crypto.randomUUID()
      const path = `/resource_providers/${provider}`
      expect((await to(writer, 'PUT', `/traits/${trait}`)).status).toBe(201)
      await to(writer, 'PUT', `${path}/traits`, { resource_provider_generation: 1, traits: [trait] })
      await to(writer, 'PUT', `${path}/aggregates`, { resource_provider_generation: 2, aggregates: [aggregate] })
      const query = `resources=VCPU:4&required=${trait}&member_of=${aggregate}`
      const seen = async (reader: number): Promise<unknown> =>
        (await to(reader, 'GET', `/allocation_candidates?${query}`)).body
      const readers = [...controllers.keys()].filter((number) => number !== writer)
      for (const reader of readers) expect(await seen(reader)).toHaveProperty(`provider_summaries.${provider}`)
      const consumer = `/allocations/${crypto.randomUUID()}`
      expect((await to(writer, 'PUT', consumer, claimOf(provider))).status).toBe(204)
      for (const reader of readers)
        expect(await seen(reader)).toEqual({ allocation_requests: [], provider_summaries: {} })
      expect((await to(writer, 'DELETE', consumer)).status).toBe(204)
      for (const reader of readers) expect(await seen(reader)).toHaveProperty(`provider_summaries.${provider}`)
      expect((await to(writer, 'DELETE', path)).status).toBe(204)
      for (const reader of readers) expect((await to(reader, 'GET', path)).status).toBe(404)
    }
  })
})
