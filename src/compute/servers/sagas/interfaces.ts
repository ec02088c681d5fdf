// Plugging a card in and out of a server: port, guest, and what the server remembers of it.
import { type Static, Type } from 'typebox'
import type { Ctx } from '#platform/context.ts'
import { CloudError, internal } from '#platform/errors.ts'
import { defineSaga, type SagaOf } from '#platform/work/saga.ts'
import type { ComputeDoors } from '../../doors.ts'
import type { GuestInterface } from '../../drivers/driver.ts'
import type { Hosts } from '../../hosts.ts'
import { endAction } from '../../instance-actions/store.ts'
import { refreshCards } from '../cards.ts'
import { refOf } from '../spec.ts'
import { findAnyServer } from '../store/read.ts'
import type { NetworkCard, ServerRow } from '../store/tables.ts'
import { cardsOf } from '../view.ts'

const nullableText = Type.Union([Type.String(), Type.Null()])
const attachState = Type.Object({
  serverId: Type.String(),
  port: Type.Object({
    portId: Type.String(),
    existing: Type.Boolean(),
    networkId: nullableText,
    fixedIp: nullableText,
    tag: nullableText,
  }),
})
const detachState = Type.Object({ serverId: Type.String(), portId: Type.String() })

export type AttachSaga = SagaOf<Static<typeof attachState>>
export type DetachSaga = SagaOf<Static<typeof detachState>>

const pluggable = (card: NetworkCard): GuestInterface => ({
  portId: card.portId,
  networkId: card.networkId,
  mac: card.mac,
  tap: card.tap,
  bridge: 'br-int',
  mtu: card.mtu,
})

const serverOn = async (ctx: Ctx, id: string): Promise<ServerRow & { host: string }> => {
  const row = await findAnyServer(ctx, id)
  if (!row || row.host === null) throw internal(`server ${id} is on no host`)
  return { ...row, host: row.host }
}

const isRunning = ({ vm_state: state }: ServerRow): boolean => state === 'active' || state === 'paused'

/** Makes the saga that plugs a card in. */
export function attachSaga(doors: ComputeDoors, hosts: Hosts): AttachSaga {
  return defineSaga({
    name: 'compute.servers.attach-interface',
    version: 1,
    state: attachState,
    steps: [
      {
        name: 'port',
        do: async (ctx, { serverId, port }) => {
          const row = await serverOn(ctx, serverId)
          const server = {
            id: row.id,
            projectId: row.project_id,
            hostname: row.hostname,
            host: row.host,
            zone: row.availability_zone ?? '',
          }
          await doors.network.allocatePorts(ctx, server, [port], [])
          await refreshCards(ctx, doors, serverId, new Map([[port.portId, port.tag]]))
        },
        undo: async (ctx, { serverId, port }) => {
          await doors.network.releasePort(ctx, port.portId)
          await refreshCards(ctx, doors, serverId)
        },
      },
      {
        name: 'plug',
        do: async (ctx, { serverId, port }) => {
          const row = await serverOn(ctx, serverId)
          const card = cardsOf(row).find(({ portId }) => portId === port.portId)
          if (!card) throw internal(`port ${port.portId} is not among the cards of server ${serverId}`)
          if (isRunning(row)) await hosts.driverOf(row.host).attachInterface(refOf(row), pluggable(card))
          await endAction(ctx.later(), serverId, row.host, null)
        },
        undo: async (ctx, { serverId, port }) => {
          const row = await serverOn(ctx, serverId)
          const card = cardsOf(row).find(({ portId }) => portId === port.portId)
          if (!card || !isRunning(row)) return
          try {
            await hosts.driverOf(row.host).detachInterface(refOf(row), pluggable(card))
          } catch (error) {
            // A guest that has gone holds no card, and nobody waits for a host that is away.
            if (!(error instanceof CloudError && ['notFound', 'unavailable'].includes(error.kind))) throw error
            ctx.log.warn({ err: error, server: serverId, port: port.portId }, 'the card could not be unplugged again')
          }
        },
      },
    ],
    failed: async (ctx, { serverId }, failure) => {
      ctx.log.warn({ server: serverId, failure }, 'the card could not be plugged in')
      await endAction(ctx, serverId, null, failure.message)
    },
  })
}

/** Makes the saga that unplugs a card. */
export function detachSaga(doors: ComputeDoors, hosts: Hosts): DetachSaga {
  return defineSaga({
    name: 'compute.servers.detach-interface',
    version: 1,
    state: detachState,
    steps: [
      {
        name: 'unplug',
        do: async (ctx, { serverId, portId }) => {
          const row = await serverOn(ctx, serverId)
          const card = cardsOf(row).find((known) => known.portId === portId)
          if (card && isRunning(row)) {
            await hosts.driverOf(row.host).detachInterface(refOf(row), pluggable(card))
          }
        },
      },
      {
        name: 'port',
        do: async (ctx, { serverId, portId }) => {
          await doors.network.releasePort(ctx, portId)
          await refreshCards(ctx, doors, serverId)
          const row = await findAnyServer(ctx, serverId)
          await endAction(ctx, serverId, row?.host ?? null, null)
        },
      },
    ],
    failed: async (ctx, { serverId }, failure) => {
      ctx.log.warn({ server: serverId, failure }, 'the card could not be unplugged')
      await endAction(ctx, serverId, null, failure.message)
    },
  })
}
