// What an agent asks of the controllers over the bus. Any controller answers.
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { HostFacts } from '#compute/drivers/driver.ts'
import type { Bus } from '#platform/bus/bus.ts'
import { internal } from '#platform/errors.ts'

const address = 'compute'
const timeoutMs = 10_000

const metadataReply = Type.Object({ status: Type.Integer(), contentType: Type.String(), base64: Type.String() })

/** A guest's request to 169.254.169.254, told by the network it came through and its fixed address there. */
export type MetadataRequest = { readonly networkId: string; readonly address: string; readonly path: string }
export type MetadataReply = Static<typeof metadataReply>

/** The controllers, as an agent knows them. Calls fail as `unavailable` while none is there. */
export type Desk = {
  /** Tells what this host has, which is its sign of life too. `guests` is another text whenever their states are. */
  readonly report: (facts: HostFacts, guests: string) => Promise<void>
  /** Asks what a guest wants to know: 404 for an address no server has. */
  readonly metadata: (request: MetadataRequest) => Promise<MetadataReply>
}

export function createDesk(bus: Bus): Desk {
  return {
    report: async (facts, guests) => {
      await bus.call(address, 'report', { facts, guests }, { timeoutMs })
    },
    metadata: async (request) => {
      const reply = await bus.call(address, 'metadata', request, { timeoutMs })
      if (!Value.Check(metadataReply, reply)) throw internal('the metadata reply is not what it should be')
      return reply
    },
  }
}
