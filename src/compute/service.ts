// The door of compute, and how its parts are put together.
import { hostname } from 'node:os'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import type { Service } from '#platform/http/service.ts'
import { newUuid } from '#platform/ids.ts'
import type { Platform } from '#platform/platform.ts'
import type { ComputeDoors } from './doors.ts'
import { hostFacts } from './drivers/driver.ts'
import { computeWire } from './errors.ts'
import { flavorRules } from './flavors/policy.ts'
import { flavorRoutes } from './flavors/routes.ts'
import { createHosts, simulatedPrefix } from './hosts.ts'
import { hypervisorRules } from './hypervisors/policy.ts'
import { createReports } from './hypervisors/report.ts'
import { computeMigrations } from './migrations/index.ts'
import { baseRules } from './policy.ts'
import { consoleOutputAction } from './servers/actions/console-output.ts'
import { lockActions } from './servers/actions/lock.ts'
import { powerActions } from './servers/actions/power.ts'
import { createServerDeletion } from './servers/operations/change.ts'
import { createServerCreation } from './servers/operations/create.ts'
import { serverRules } from './servers/policy.ts'
import { powerStateReconciler } from './servers/reconcile.ts'
import { serverRoutes } from './servers/routes.ts'
import { createServersSaga } from './servers/sagas/create.ts'
import { deleteServerSaga } from './servers/sagas/delete.ts'
import { powerSaga } from './servers/sagas/power.ts'
import { serviceRules } from './services/policy.ts'
import { serviceRoutes } from './services/routes.ts'
import { touchHosts, touchService } from './services/store.ts'
import { computeVersions, versionRoutes } from './versions.ts'

export type { ComputeDoors } from './doors.ts'

const heartbeatMs = 10_000
const report = Type.Object({ facts: hostFacts })

/** Makes the compute service. */
export function createCompute(platform: Platform, doors: ComputeDoors, context: () => Ctx): Service {
  const hosts = createHosts(platform)
  const takeReport = createReports(platform, doors.placement)
  const create = createServersSaga(doors, hosts)
  const remove = deleteServerSaga(doors, hosts)
  const power = powerSaga(doors, hosts)
  const controllerHost = platform.config.host || hostname()

  /** The controller's own services, and the simulated hosts', show that they are alive. */
  const heartbeat = {
    name: 'compute.heartbeat',
    everyMs: heartbeatMs,
    run: async (ctx: Ctx) => {
      for (const binary of ['nova-scheduler', 'nova-conductor'])
        await touchService(ctx, newUuid(), controllerHost, binary)
      if (hosts.simulated.size > 0) await touchHosts(ctx, simulatedPrefix)
      return { hosts: hosts.simulated.size }
    },
  }

  return {
    api: {
      type: 'compute',
      name: 'nova',
      port: 8774,
      catalogPath: '/v2.1',
      wire: computeWire,
      microversions: computeVersions,
      validatesFirst: true,
      // The project may stand in the path, as it had to before 2.18.
      rewriteUrl: (url) => url.replace(/^\/v2\.1\/[0-9a-f]{32}(?=\/|\?|$)/, '/v2.1'),
      routes: [
        ...versionRoutes,
        ...flavorRoutes(doors.identity),
        ...serviceRoutes,
        ...serverRoutes({
          create: createServerCreation(platform, doors, create),
          delete: createServerDeletion(platform, remove),
          actions: [...powerActions(platform.work, power), ...lockActions, consoleOutputAction(hosts)],
        }),
      ],
    },
    rules: [...baseRules, ...flavorRules, ...serviceRules, ...hypervisorRules, ...serverRules],
    migrations: computeMigrations,
    sagas: [create, remove, power],
    reconcilers: [heartbeat, powerStateReconciler(hosts)],
    start: async (ctx) => {
      for (const driver of hosts.simulated.values()) await takeReport(ctx, await driver.facts())
      await platform.bus.serve('compute', {
        report: async (args) => {
          if (!Value.Check(report, args)) throw badRequest('not a report of a host')
          await takeReport(context(), args.facts)
          return null
        },
      })
    },
  }
}
