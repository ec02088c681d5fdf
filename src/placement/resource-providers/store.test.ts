// Changes of providers that race, on one controller and on four of one database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimOf, numbersTo, startControllers, statuses, type TestControllers } from '../testing/controllers.ts'

let cloud: TestControllers
beforeAll(async () => {
  cloud = await startControllers(4)
})
afterAll(() => cloud.stop())

const race = <T>(amount: number, act: (number: number) => Promise<T>): Promise<T[]> =>
  Promise.all(numbersTo(amount).map(act))

/** The same answer of every controller. */
const shown = async (path: string): Promise<unknown> => {
  const answers = await Promise.all(cloud.numbers.map(async (number) => (await cloud.to(number, 'GET', path)).body))
  for (const answer of answers) expect(answer).toEqual(answers[0])
  return answers[0]
}

describe.each([
  ['one controller', 1],
  ['four controllers', 4],
])('on %s', (_, among) => {
  const to: TestControllers['to'] = (number, ...rest) => cloud.to(number % among, ...rest)

  it.each<[string, (number: number) => object]>([
    ['aggregates', () => ({ aggregates: [crypto.randomUUID()] })],
    ['traits', (number) => ({ traits: [number % 2 === 0 ? 'HW_CPU_X86_VMX' : 'HW_CPU_X86_SVM'] })],
    ['inventories', (number) => ({ inventories: { VCPU: { total: 100 + number } } })],
    ['inventories/VCPU', (number) => ({ total: 100 + number })],
  ])('of many who set %s at the same generation one wins, and what it set stands', async (what, bodyOf) => {
    const path = `/resource_providers/${await cloud.makeProvider({ VCPU: 10 })}/${what}`
    const answers = await race(20, (number) =>
      to(number, 'PUT', path, { resource_provider_generation: 1, ...bodyOf(number) }),
    )
    expect(statuses(answers)).toEqual({ 200: 1, 409: 19 })
    const lost = answers.filter(({ status }) => status === 409)
    for (const { body } of lost) expect(body).toMatchObject({ errors: [{ code: 'placement.concurrent_update' }] })
    expect(await shown(path)).toEqual(answers.find(({ status }) => status === 200)?.body)
  })

  it('of many who take the same name one gets it', async () => {
    const name = crypto.randomUUID()
    expect(statuses(await race(20, (number) => to(number, 'POST', '/resource_providers', { name })))).toEqual({
      200: 1,
      409: 19,
    })
    const others = await race(10, () => cloud.makeProvider({}))
    const wanted = crypto.randomUUID()
    const renamed = await race(10, (number) =>
      to(number, 'PUT', `/resource_providers/${others[number]}`, { name: wanted }),
    )
    expect(statuses(renamed)).toEqual({ 200: 1, 409: 9 })
  })

  it('of many who make the same trait or class one does', async () => {
    const name = `CUSTOM_${crypto.randomUUID().toUpperCase().replaceAll('-', '_')}`
    expect(statuses(await race(20, (number) => to(number, 'PUT', `/traits/${name}`)))).toEqual({ 201: 1, 204: 19 })
    expect(statuses(await race(20, (number) => to(number, 'POST', '/resource_classes', { name })))).toEqual({
      201: 1,
      409: 19,
    })
  })

  it('a trait is deleted or given to a provider, not both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const trait = `CUSTOM_${crypto.randomUUID().toUpperCase().replaceAll('-', '_')}`
      await to(0, 'PUT', `/traits/${trait}`)
      const provider = `/resource_providers/${await cloud.makeProvider({ VCPU: 1 })}`
      const [given, gone] = await Promise.all([
        to(round, 'PUT', `${provider}/traits`, { resource_provider_generation: 1, traits: [trait] }),
        to(round + 1, 'DELETE', `/traits/${trait}`),
      ])
      expect([
        [200, 409],
        [400, 204],
      ]).toContainEqual([given.status, gone.status])
      const isGiven = given.status === 200
      expect(await shown(`${provider}/traits`)).toMatchObject({ traits: isGiven ? [trait] : [] })
      expect((await to(round + 2, 'GET', `/traits/${trait}`)).status).toBe(isGiven ? 204 : 404)
    }
  })

  it('providers that move below each other at once never stand in a circle', async () => {
    const ring = await race(6, () => cloud.makeProvider({}))
    const moved = await race(6, (number) => {
      const [uuid, parent] = [ring[number], ring[(number + 1) % 6]]
      return to(number, 'PUT', `/resource_providers/${uuid}`, { name: uuid, parent_provider_uuid: parent })
    })
    expect(statuses(moved)).toEqual({ 200: 5, 400: 1 })
    const refused = moved.findIndex(({ status }) => status === 400)
    expect(JSON.stringify(moved[refused]?.body)).toContain('creating loop in the provider tree is not allowed.')
    for (const uuid of ring) {
      expect(await shown(`/resource_providers/${uuid}`)).toMatchObject({ root_provider_uuid: ring[refused] })
    }
    for (const number of cloud.numbers) {
      const { body } = await cloud.to(number, 'GET', `/resource_providers?in_tree=${ring[0]}`)
      expect(body).toHaveProperty('resource_providers.length', 6)
    }
  })

  it('a parent that is deleted while a child comes leaves no orphan', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [parent, child] = [await cloud.makeProvider({}), await cloud.makeProvider({})]
      const [gone, moved] = await Promise.all([
        to(round, 'DELETE', `/resource_providers/${parent}`),
        to(round + 1, 'PUT', `/resource_providers/${child}`, { name: child, parent_provider_uuid: parent }),
      ])
      expect([
        [204, 400],
        [409, 200],
      ]).toContainEqual([gone.status, moved.status])
      const root = moved.status === 200 ? parent : child
      expect(await shown(`/resource_providers/${child}`)).toMatchObject({ root_provider_uuid: root })
    }
  })

  it('inventories that are replaced while claims run keep the count of what is claimed', async () => {
    const provider = await cloud.makeProvider({ VCPU: 100, MEMORY_MB: 10 })
    const path = `/resource_providers/${provider}/inventories`
    const replace = async (number: number): Promise<number> => {
      const { body } = await to(number, 'GET', `/resource_providers/${provider}`)
      const generation = Number(/"generation":(\d+)/.exec(JSON.stringify(body))?.[1])
      const inventories = { VCPU: { total: 100 + number }, ...(number % 2 === 0 ? { MEMORY_MB: { total: 10 } } : {}) }
      return (await to(number, 'PUT', path, { resource_provider_generation: generation, inventories })).status
    }
    const claim = (number: number) =>
      to(number, 'PUT', `/allocations/${crypto.randomUUID()}`, claimOf({ [provider]: { VCPU: 2 } }))
    const [claims, replaced] = await Promise.all([race(40, claim), race(20, replace)])
    expect(statuses(claims)).toEqual({ 204: 40 })
    for (const status of replaced) expect([200, 409]).toContain(status)
    expect(await cloud.held(provider)).toEqual({ VCPU: 80 })
    expect(await shown(`/resource_providers/${provider}/usages`)).toMatchObject({ usages: { VCPU: 80 } })
  })

  it.each(['/inventories', '/inventories/VCPU', ''])(
    'what is claimed is not deleted, what is deleted is not claimed: …%s',
    async (what) => {
      for (let round = 0; round < 5; round += 1) {
        const provider = await cloud.makeProvider({ VCPU: 10 })
        const [claims, gone] = await Promise.all([
          race(3, (number) =>
            to(number, 'PUT', `/allocations/${crypto.randomUUID()}`, claimOf({ [provider]: { VCPU: 1 } })),
          ),
          to(round, 'DELETE', `/resource_providers/${provider}${what}`),
        ])
        const got = statuses(claims)[204] ?? 0
        expect([got, gone.status]).toEqual(gone.status === 204 ? [0, 204] : [3, 409])
        expect(await cloud.held(provider)).toEqual(gone.status === 204 ? {} : { VCPU: 3 })
      }
    },
  )
})
