import type { Ctx } from '#platform/context.ts'
import type { RuntimeOptions } from '#platform/runtime.ts'
import { createRuntime } from '#platform/runtime.ts'
import { type Client, createClient } from '#platform/testing/api.ts'
import { openTestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { createCompute } from '../service.ts'
import { createFakeDoors, type FakeDoors } from './doors.ts'

/** Compute alone, on simulated hosts, behind fake doors. */
export type TestCompute = {
  readonly compute: Client
  readonly doors: FakeDoors
  /** The context of background work. */
  readonly ctx: () => Ctx
  /** Waits until no work is in flight. */
  readonly idle: () => Promise<void>
  /** Ends the process as a kill would leave it, and starts another on the same database. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export async function startCompute(
  options: RuntimeOptions & { readonly settings?: Readonly<Record<string, unknown>> } = {},
): Promise<TestCompute> {
  const doors = createFakeDoors()
  const engines = await openTestEngines({ hypervisor: 'simulated', ...options.settings })
  const begin = async () => {
    const runtime = createRuntime(engines, { retryDelaysMs: [1], ...options })
    await runtime.start([createCompute(runtime.platform, doors, runtime.context).service], authenticatePersona)
    return runtime
  }
  let runtime = await begin()
  return {
    compute: (method, path, request) => createClient(runtime.urlOf('compute'), 'admin')(method, path, request),
    doors,
    ctx: () => runtime.context(),
    idle: () => runtime.platform.work.idle(),
    restart: async () => {
      await runtime.stop()
      await engines.db.write.updateTable('work_sagas').set({ lease_until: 0 }).execute()
      runtime = await begin()
    },
    stop: async () => {
      await runtime.stop()
      await engines.close()
    },
  }
}

/** Makes the flavor `1`, called nano: the smallest that there can be. */
export const makeFlavor = ({ compute }: TestCompute) =>
  compute('POST', '/v2.1/flavors', { body: { flavor: { id: '1', name: 'nano', ram: 64, vcpus: 1, disk: 1 } } })

/** The headers that ask for a microversion. */
export const version = (text: string) => ({ 'openstack-api-version': `compute ${text}` })
