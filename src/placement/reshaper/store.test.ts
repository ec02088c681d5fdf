// Reshapes that race with claims and with each other, on one controller and on four of one database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { claimOf, numbersTo, startControllers, statuses, type TestControllers } from '../testing/controllers.ts'

let cloud: TestControllers
beforeAll(async () => {
  cloud = await startControllers(4)
})
afterAll(() => cloud.stop())

const allocationsOfProvider = Type.Object({
  allocations: Type.Record(
    Type.String(),
    Type.Object({ consumer_generation: Type.Integer(), resources: Type.Record(Type.String(), Type.Integer()) }),
  ),
  resource_provider_generation: Type.Integer(),
})

const read = async (number: number, provider: string): Promise<Static<typeof allocationsOfProvider>> =>
  Value.Parse(
    allocationsOfProvider,
    (await cloud.to(number, 'GET', `/resource_providers/${provider}/allocations`)).body,
  )

/** A root with ten VCPU, and a child that has nothing yet. */
const makeTree = async (): Promise<{ root: string; child: string }> => {
  const [root, child] = [await cloud.makeProvider({ VCPU: 10 }), await cloud.makeProvider({})]
  await cloud.to(0, 'PUT', `/resource_providers/${child}`, { name: child, parent_provider_uuid: root })
  return { root, child }
}

/** Moves all VCPU from the root to the child, as one who has read both sees them. */
const moveDown = async (number: number, root: string, child: string): Promise<object> => {
  const [above, below] = [await read(number, root), await read(number, child)]
  const allocations = Object.entries(above.allocations).map(
    ([consumer, { consumer_generation: generation, resources }]) => [
      consumer,
      { ...claimOf({ [child]: resources }, generation), mappings: undefined },
    ],
  )
  return {
    inventories: {
      [root]: { resource_provider_generation: above.resource_provider_generation, inventories: {} },
      [child]: {
        resource_provider_generation: below.resource_provider_generation,
        inventories: { VCPU: { total: 10 } },
      },
    },
    allocations: Object.fromEntries(allocations),
  }
}

describe.each([
  ['one controller', 1],
  ['four controllers', 4],
])('on %s', (_, among) => {
  const to: TestControllers['to'] = (number, ...rest) => cloud.to(number % among, ...rest)

  it('of many who reshape the same tree one does, the others are told', async () => {
    const { root, child } = await makeTree()
    const consumers = numbersTo(3).map(() => crypto.randomUUID())
    for (const uuid of consumers) await to(0, 'PUT', `/allocations/${uuid}`, claimOf({ [root]: { VCPU: 1 } }))
    const body = await moveDown(0, root, child)
    const answers = await Promise.all(numbersTo(12).map((number) => to(number, 'POST', '/reshaper', body)))
    expect(statuses(answers)).toEqual({ 204: 1, 409: 11 })
    for (const { status, body: said } of answers) {
      if (status === 409) expect(said).toMatchObject({ errors: [{ code: 'placement.concurrent_update' }] })
    }
    expect([await cloud.held(root), await cloud.held(child)]).toEqual([{}, { VCPU: 3 }])
    for (const number of cloud.numbers) {
      expect(await read(number, child)).toMatchObject({
        allocations: Object.fromEntries(consumers.map((uuid) => [uuid, { resources: { VCPU: 1 } }])),
      })
      expect(await read(number, root)).toMatchObject({ allocations: {} })
    }
  })

  it('claims that come while a tree is reshaped are moved with it, or refused', async () => {
    const { root, child } = await makeTree()
    const claims = Promise.all(
      numbersTo(30).map((number) =>
        to(number, 'PUT', `/allocations/${crypto.randomUUID()}`, claimOf({ [root]: { VCPU: 1 } })),
      ),
    )
    const tries: number[] = []
    while (tries.at(-1) !== 204) {
      const { status } = await to(tries.length, 'POST', '/reshaper', await moveDown(tries.length, root, child))
      tries.push(status)
      expect([204, 409]).toContain(status)
    }
    const { 204: got = 0, 409: refused = 0 } = statuses(await claims)
    expect(got + refused).toBe(30)
    expect([await cloud.held(root), await cloud.held(child)]).toEqual([{}, got === 0 ? {} : { VCPU: got }])
    const late = await to(1, 'PUT', `/allocations/${crypto.randomUUID()}`, claimOf({ [root]: { VCPU: 1 } }))
    expect(late.status).toBe(409)
    for (const number of cloud.numbers) {
      const { body } = await cloud.to(number, 'GET', `/resource_providers/${child}/usages`)
      expect(body).toMatchObject({ usages: { VCPU: got } })
    }
  })
})
