// Who holds what, where several controllers serve one database at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimOf, numbersTo, startControllers, statuses, type TestControllers } from '../testing/controllers.ts'

let cloud: TestControllers
beforeAll(async () => {
  cloud = await startControllers(4)
})
afterAll(() => cloud.stop())

const oneOf = (provider: string) => claimOf({ [provider]: { VCPU: 1 } })

describe('racing', () => {
  it.each([
    ['one controller', 1],
    ['four controllers', 4],
  ])('a hundred claims for ten places get exactly ten: %s', async (_, among) => {
    const provider = await cloud.makeProvider({ VCPU: 10 })
    const answers = await Promise.all(
      numbersTo(100).map((number) =>
        cloud.to(number % among, 'PUT', `/allocations/${crypto.randomUUID()}`, oneOf(provider)),
      ),
    )
    expect(statuses(answers)).toEqual({ 204: 10, 409: 90 })
    for (const number of cloud.numbers) {
      const { body } = await cloud.to(number, 'GET', `/resource_providers/${provider}/usages`)
      expect(body).toEqual({ resource_provider_generation: 11, usages: { VCPU: 10 } })
    }
    expect(await cloud.held(provider)).toEqual({ VCPU: 10 })
  })

  it('of many claims of one new consumer one wins, the others are told', async () => {
    const provider = await cloud.makeProvider({ VCPU: 10 })
    const path = `/allocations/${crypto.randomUUID()}`
    const claims = await Promise.all(numbersTo(20).map((number) => cloud.to(number, 'PUT', path, oneOf(provider))))
    expect(statuses(claims)).toEqual({ 204: 1, 409: 19 })
    expect(claims.find(({ status }) => status === 409)?.body).toMatchObject({
      errors: [{ code: 'placement.concurrent_update' }],
    })
  })

  it('claims of many consumers at once hold all or nothing', async () => {
    const provider = await cloud.makeProvider({ VCPU: 10 })
    const answers = await Promise.all(
      numbersTo(8).map((number) =>
        cloud.to(
          number,
          'POST',
          '/allocations',
          Object.fromEntries(numbersTo(3).map(() => [crypto.randomUUID(), oneOf(provider)])),
        ),
      ),
    )
    expect(statuses(answers)).toEqual({ 204: 3, 409: 5 })
    expect(await cloud.held(provider)).toEqual({ VCPU: 9 })
  })
})

describe('what one controller writes', () => {
  it('every other sees with its next request', async () => {
    const { to } = cloud
    for (const writer of cloud.numbers) {
      const provider = await cloud.makeProvider({ VCPU: 4 })
      const trait = `CUSTOM_OF_${writer}`
      const aggregate = crypto.randomUUID()
      const path = `/resource_providers/${provider}`
      expect((await to(writer, 'PUT', `/traits/${trait}`)).status).toBe(201)
      await to(writer, 'PUT', `${path}/traits`, { resource_provider_generation: 1, traits: [trait] })
      await to(writer, 'PUT', `${path}/aggregates`, { resource_provider_generation: 2, aggregates: [aggregate] })
      const query = `resources=VCPU:4&required=${trait}&member_of=${aggregate}`
      const seen = async (reader: number): Promise<unknown> =>
        (await to(reader, 'GET', `/allocation_candidates?${query}`)).body
      const readers = cloud.numbers.filter((number) => number !== writer)
      for (const reader of readers) expect(await seen(reader)).toHaveProperty(`provider_summaries.${provider}`)
      const consumer = `/allocations/${crypto.randomUUID()}`
      expect((await to(writer, 'PUT', consumer, oneOf(provider))).status).toBe(204)
      for (const reader of readers)
        expect(await seen(reader)).toEqual({ allocation_requests: [], provider_summaries: {} })
      expect((await to(writer, 'DELETE', consumer)).status).toBe(204)
      for (const reader of readers) expect(await seen(reader)).toHaveProperty(`provider_summaries.${provider}`)
      expect((await to(writer, 'DELETE', path)).status).toBe(204)
      for (const reader of readers) expect((await to(reader, 'GET', path)).status).toBe(404)
    }
  })
})
