// What agents ask of the controllers over the bus: the other direction of `driver.ts` beside it.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Bus } from '#platform/bus/bus.ts'
import { badRequest, internal } from '#platform/errors.ts'
import { type HostFacts, hostFacts } from '../driver.ts'

/** Where agents reach any controller. */
export const deskAddress = 'compute'

/** A guest's request to 169.254.169.254, told by the network it came through and its fixed address there. */
const metadataRequest = Type.Object({ networkId: Type.String(), address: Type.String(), path: Type.String() })
const metadataReply = Type.Object({ status: Type.Integer(), contentType: Type.String(), base64: Type.String() })

export type MetadataRequest = Static<typeof metadataRequest>
export type MetadataReply = Static<typeof metadataReply>

/** What controllers do for agents. */
export type Desk = {
  /** Takes a host's report, which is its sign of life too. */
  readonly report: (facts: HostFacts) => Promise<void>
  /** Answers a guest: 404 for an address no server has. */
  readonly metadata: (request: MetadataRequest) => Promise<MetadataReply>
}

/** Opens the desk on a controller. */
export function serveDesk(bus: Bus, desk: Desk): Promise<() => Promise<void>> {
  return bus.serve(deskAddress, {
    report: async (args) => {
      if (!Value.Check(hostFacts, args)) throw badRequest('a report over the bus is not what it should be')
      await desk.report(args)
    },
    metadata: async (args) => {
      if (!Value.Check(metadataRequest, args)) throw badRequest('a metadata request over the bus is not what it should be')
      return desk.metadata(args)
    },
  })
}

/** The desk as an agent uses it. Calls fail as `unavailable` while no controller is there. */
export function createRemoteDesk(bus: Bus): Desk {
  return {
    report: async (facts) => {
      await bus.call(deskAddress, 'report', facts, { timeoutMs: 10_000 })
    },
    metadata: async (request) => {
      const reply = await bus.call(deskAddress, 'metadata', request, { timeoutMs: 10_000 })
      if (!Value.Check(metadataReply, reply)) throw internal('the metadata reply is not what it should be')
      return reply
    },
  }
}
