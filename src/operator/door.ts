// What the operator's commands ask of a running cloud, over the bus: whoever may reach the bus may ask.
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Handlers } from '#platform/bus/bus.ts'
import type { Clock } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import type { Service } from '#platform/http/service.ts'
import { type Audited, createDoctor } from './audit.ts'
import type { Diagnosis } from './findings.ts'
import { traceRequest } from './trace.ts'

/** Where controllers answer their operators. */
export const operatorAddress = 'controller'

/** Documents as Glance's files of metadata definitions are; absent: the standard ones. */
const metadefsArgs = Type.Object({ documents: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 1000 })) })
const explainArgs = Type.Object({ serverId: Type.String({ maxLength: 64 }) })
const traceArgs = Type.Object({ requestId: Type.String({ maxLength: 64 }) })

/**
 * Makes the handlers: `doctor.audit`, `doctor.checksum` and `doctor.heal` (no arguments) give a diagnosis, `trace` a story,
 * `explain` the attempts to build a server; `identity.changed` tells that a command wrote.
 */
export function createOperator(
  audited: Audited,
  services: readonly Service[],
  clock: Clock,
  context: () => Ctx,
  identityChanged: () => void,
): Handlers {
  const doctor = createDoctor(audited, clock.now)
  return {
    'doctor.audit': async (): Promise<Diagnosis> => ({ healed: [], left: await doctor.audit(context()) }),
    'doctor.checksum': async (): Promise<Diagnosis> => ({ healed: [], left: await doctor.checkData(context()) }),
    'doctor.heal': () => doctor.heal(context()),
    'image.metadefs.load': async (args) => {
      if (!Value.Check(metadefsArgs, args)) throw badRequest('not metadata definitions')
      return audited.image.loadNamespaces(context(), args.documents)
    },
    // A command has changed identity's database.
    'identity.changed': async () => {
      identityChanged()
      return null
    },
    explain: async (args) => {
      if (!Value.Check(explainArgs, args)) throw badRequest('not a server to explain')
      return audited.compute.explainServer(context(), args.serverId)
    },
    trace: async (args) => {
      if (!Value.Check(traceArgs, args)) throw badRequest('not a request to trace')
      const sagas = services.flatMap((service) => service.sagas)
      return traceRequest(context(), args.requestId, audited.compute, sagas)
    },
  }
}
