// Placement on several controllers that serve one database at once: each has connections, a memory and ports of its own.
import { type Answer, createClient } from '#platform/testing/api.ts'
import { openTestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { createRuntime, type Runtime } from '#platform/runtime.ts'
import { createPlacement } from '../service.ts'

export type TestControllers = {
  /** A request at the newest version to one of the controllers, by its number (any: they go round). */
  readonly to: (number: number, method: string, path: string, body?: unknown) => Promise<Answer>
  /** The number of each. */
  readonly numbers: readonly number[]
  /** A root provider with these inventories; its generation is 1. */
  readonly makeProvider: (inventories: Readonly<Record<string, number>>) => Promise<string>
  /** What the database says that consumers hold of a provider, by class. */
  readonly held: (provider: string) => Promise<Record<string, number>>
  readonly stop: () => Promise<void>
}

/** Starts this many; requests come from an administrator who is a service, too. */
export async function startControllers(amount: number): Promise<TestControllers> {
  const engines = await openTestEngines()
  const runtimes: Runtime[] = []
  for (let number = 0; number < amount; number += 1) {
    const runtime = createRuntime({ ...engines, db: await engines.connect() })
    await runtime.start([createPlacement().service], authenticatePersona)
    runtimes.push(runtime)
  }
  const to: TestControllers['to'] = (number, method, path, body) => {
    const runtime = runtimes[number % runtimes.length]
    if (runtime === undefined) throw new Error('no controller is running')
    return createClient(runtime.urlOf('placement'), 'service')(method, path, {
      headers: { 'openstack-api-version': 'placement 1.39' },
      ...(body === undefined ? {} : { body }),
    })
  }
  return {
    to,
    numbers: runtimes.map((_, number) => number),
    makeProvider: async (totals) => {
      const uuid = crypto.randomUUID()
      await to(0, 'POST', '/resource_providers', { name: uuid, uuid })
      const inventories = Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, { total }]))
      const body = { resource_provider_generation: 0, inventories }
      const { status } = await to(0, 'PUT', `/resource_providers/${uuid}/inventories`, body)
      if (status !== 200) throw new Error(`the inventories of a provider were answered with ${status}`)
      return uuid
    },
    held: async (provider) => {
      const rows = await engines.db.read
        .selectFrom('placement_allocations')
        .select(({ fn }) => ['resource_class', fn.sum<number | string>('used').as('used')])
        .where('provider_uuid', '=', provider)
        .groupBy('resource_class')
        .execute()
      return Object.fromEntries(rows.map(({ resource_class: name, used }) => [name, Number(used)]))
    },
    stop: async () => {
      for (const runtime of runtimes) await runtime.stop()
      await engines.close()
    },
  }
}

/** PUT /allocations/{consumer}: what it is to hold of each provider. */
export const claimOf = (
  allocations: Readonly<Record<string, Readonly<Record<string, number>>>>,
  generation: number | null = null,
) => ({
  allocations: Object.fromEntries(Object.entries(allocations).map(([uuid, resources]) => [uuid, { resources }])),
  project_id: 'p',
  user_id: 'u',
  consumer_generation: generation,
  consumer_type: 'INSTANCE',
})

/** How many answers have each status. */
export const statuses = (answers: readonly Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** 0 … amount − 1. */
export const numbersTo = (amount: number): number[] => Array.from({ length: amount }, (_, number) => number)
