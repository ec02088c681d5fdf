import { createClient, type Answer, type Client } from '#platform/testing/api.ts'
import { openTestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import type { Ctx } from '#platform/context.ts'
import { createRuntime } from '#platform/runtime.ts'
import { isDict } from '../attributes/readers.ts'
import type { Fabric } from '../drivers/driver.ts'
import { createSimulatedFabric } from '../drivers/simulated/fabric.ts'
import { createNetwork, type Network } from '../service.ts'

/** The network service alone, on a fabric that only remembers unless another is given. */
export type TestNetwork = {
  readonly api: Client
  readonly network: Network
  readonly fabric: Fabric
  readonly ctx: () => Ctx
  /** Waits until the fabric has been told of everything. */
  readonly settled: () => Promise<void>
  /** Runs a reconciler and waits for its end. */
  readonly reconcile: (name: string) => Promise<Readonly<Record<string, unknown>>>
  /** Messages on a topic from now on. */
  readonly listen: (topic: string) => Promise<unknown[]>
  readonly stop: () => Promise<void>
}

export async function startNetwork(
  fabric: Fabric = createSimulatedFabric({ hosts: () => ['host1'] }),
  settings: Readonly<Record<string, unknown>> = {},
): Promise<TestNetwork> {
  const engines = await openTestEngines({ bridge_mappings: { extnet: 'br-ex' }, ...settings })
  const runtime = createRuntime(engines, { retryDelaysMs: [1] })
  const network = createNetwork(runtime.platform, runtime.context, fabric)
  await runtime.start([network.service], authenticatePersona)
  const { reconcilers } = network.service
  const run = async (name: string): Promise<Readonly<Record<string, unknown>>> => {
    const found = reconcilers.find((each) => each.name === name)
    if (found === undefined) throw new Error(`no reconciler ${name}`)
    return found.run(runtime.context())
  }
  return {
    api: createClient(runtime.urlOf('network'), 'admin'),
    network,
    fabric,
    ctx: runtime.context,
    settled: async () => {
      await run('network-fabric')
      // States of ports that the fabric told meanwhile are written in the next turn.
      await new Promise((resolve) => setTimeout(resolve, 20))
    },
    reconcile: run,
    listen: async (topic) => {
      const messages: unknown[] = []
      await runtime.platform.bus.subscribe(topic, (message) => void messages.push(message))
      return messages
    },
    stop: async () => {
      await runtime.stop()
      await engines.close()
    },
  }
}

/** The object that an answer holds under its only key: `{"network": {…}}`. */
export function objectOf({ status, body }: Answer): { readonly [key: string]: unknown } {
  const [value] = isDict(body) ? Object.values(body) : []
  if (!isDict(value)) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return value
}

/** The id of what an answer holds. */
export function idOf(answer: Answer): string {
  const { id } = objectOf(answer)
  if (typeof id !== 'string') throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  return id
}

/** The list that an answer holds under its first key. */
export function listOf({ status, body }: Answer): { readonly [key: string]: unknown }[] {
  const [value] = isDict(body) ? Object.values(body) : []
  if (!Array.isArray(value)) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return value.filter(isDict)
}

/** Neutron's error of an answer. */
export function errorOf(answer: Answer): {
  readonly status: number
  readonly type: unknown
  readonly message: unknown
} {
  const { type, message } = objectOf(answer)
  return { status: answer.status, type, message }
}
