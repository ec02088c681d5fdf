// Building a server: host and resources, ports, guest. Each step can be taken back; a failure leaves the row in ERROR with a fault in words.
import { type Static, Type } from 'typebox'
import { isoSeconds } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { CloudError, internal } from '#platform/errors.ts'
import { defineSaga, type SagaOf } from '#platform/work/saga.ts'
import type { ComputeDoors } from '../../doors.ts'
import type { Hosts } from '../../hosts.ts'
import { endAction } from '../../instance-actions/store.ts'
import { type Choice, chooseHosts, decision, decisionOf, trailText } from '../../scheduler/scheduler.ts'
import { wishesOf } from '../../scheduler/wishes.ts'
import { maySeat } from '../../server-groups/rules.ts'
import { findSeating, takeTurn } from '../../server-groups/store.ts'
import { cardsFromPorts } from '../cards.ts'
import { powerStates } from '../rules.ts'
import { refOf, specOf } from '../spec.ts'
import { findAnyServer } from '../store/read.ts'
import type { ServerRow } from '../store/tables.ts'
import { updateServer } from '../store/write.ts'

const nullableText = Type.Union([Type.String(), Type.Null()])
const state = Type.Object({
  serverId: Type.String(),
  adminPass: Type.String(),
  ports: Type.Array(
    Type.Object({
      portId: Type.String(),
      existing: Type.Boolean(),
      networkId: nullableText,
      fixedIp: nullableText,
      tag: nullableText,
    }),
  ),
  securityGroupIds: Type.Array(Type.String()),
  zone: nullableText,
  /** Host asked for, where one was. */
  host: nullableText,
  excluded: Type.Array(Type.String()),
  /** What was chosen, and why. */
  chosen: Type.Optional(Type.Object({ host: Type.String(), nodeId: Type.String(), zone: Type.String() })),
  decision: Type.Optional(decision),
})

export type CreateServersSaga = SagaOf<Static<typeof state>>

/** Makes the saga that builds one server. */
export function createServersSaga(doors: ComputeDoors, hosts: Hosts): CreateServersSaga {
  const serverOf = async (ctx: Ctx, id: string): Promise<ServerRow> => {
    const row = await findAnyServer(ctx, id)
    if (!row) throw internal(`server ${id} has no row`)
    return row
  }
  return defineSaga({
    name: 'compute.servers.create',
    version: 1,
    state,
    cancellable: true,
    steps: [
      {
        name: 'claim',
        do: async (ctx, { serverId, zone, host, excluded, chosen }) => {
          const row = await serverOf(ctx, serverId)
          const resources = resourcesOf(row)
          const claim = (choice: { nodeId: string }) =>
            doors.placement.claim(ctx, {
              consumerId: serverId,
              projectId: row.project_id,
              userId: row.user_id,
              providerId: choice.nodeId,
              resources,
            })
          if (chosen && (await claim(chosen))) return
          const wishes = await wishesOf(ctx, row)
          const { choices, trail } = await chooseHosts(ctx, doors.placement, {
            resources,
            zone,
            host,
            excluded,
            ...wishes,
          })
          for (const choice of choices) {
            if (!(await claim(choice))) continue
            if (!(await takeSeat(ctx, row, choice))) {
              await doors.placement.release(ctx, serverId)
              continue
            }
            const { host: chosenHost, nodeId, zone: chosenZone } = choice
            return {
              chosen: { host: chosenHost, nodeId, zone: chosenZone },
              decision: decisionOf(trail, choices),
            }
          }
          throw new CloudError(
            'conflict',
            `No valid host was found. There are not enough hosts available: ${trailText(trail)} left.`,
            { code: 'NoValidHost' },
          )
        },
        undo: (ctx, { serverId }) => doors.placement.release(ctx, serverId),
      },
      {
        name: 'ports',
        do: async (ctx, { serverId, ports, securityGroupIds, chosen }) => {
          const row = await serverOf(ctx, serverId)
          const server = {
            id: serverId,
            projectId: row.project_id,
            hostname: row.hostname,
            host: chosen?.host ?? '',
            zone: chosen?.zone ?? '',
          }
          const made = ports.length === 0 ? [] : await doors.network.allocatePorts(ctx, server, ports, securityGroupIds)
          const tags = new Map(ports.map((port) => [port.portId, port.tag]))
          await updateServer(ctx, serverId, {
            cards: JSON.stringify(cardsFromPorts(made, tags)),
            task_state: 'spawning',
          })
        },
        undo: async (ctx, { serverId }) => {
          await doors.network.releasePorts(ctx, serverId)
          await updateServer(ctx, serverId, { cards: '[]' })
        },
      },
      {
        name: 'spawn',
        do: async (ctx, { serverId, chosen, decision: why }) => {
          const row = await serverOf(ctx, serverId)
          const image = await doors.image.fetchBootImage(ctx, row.image_id ?? '')
          await hosts.driverOf(chosen?.host ?? '').spawn(specOf(row, image))
          const then = ctx.later()
          await updateServer(then, serverId, {
            vm_state: 'active',
            task_state: null,
            power_state: powerStates.running,
            launched_at: row.launched_at ?? then.now,
          })
          await endAction(then, serverId, row.host, null, why)
        },
        undo: async (ctx, { serverId, chosen }) => {
          if (!chosen) return
          const row = await serverOf(ctx, serverId)
          await hosts.driverOf(chosen.host).destroy(refOf(row))
        },
      },
    ],
    failed: async (ctx, { serverId, decision: why }, failure) => {
      const noHost = failure.message.startsWith('No valid host')
      const fault = {
        code: failure.status === 409 && noHost ? 500 : failure.status,
        created: isoSeconds(ctx.now),
        message: noHost ? 'No valid host was found. There are not enough hosts available.' : failure.message,
        details: failure.message,
      }
      await updateServer(ctx, serverId, {
        vm_state: 'error',
        task_state: null,
        power_state: powerStates.none,
        host: null,
        node_id: null,
        fault: JSON.stringify(fault),
      })
      await endAction(ctx, serverId, null, failure.message, why)
    },
  })
}

/**
 * Puts the server on the host, if its group still allows that: others of the group may have got there since the choice.
 * @returns false where it does not
 */
const takeSeat = (ctx: Ctx, { id, server_group_id: group }: ServerRow, choice: Choice): Promise<boolean> =>
  inTransaction(ctx, async (tx) => {
    if (group !== null) {
      await takeTurn(tx, group)
      const seating = await findSeating(tx, group, id)
      if (seating && !maySeat(seating, choice.host)) return false
    }
    const { host, nodeId, zone } = choice
    await updateServer(tx, id, { host, node_id: nodeId, availability_zone: zone, task_state: 'networking' })
    return true
  })

/** What a server takes of a host. Disk: root, ephemeral and swap together, whole GiB. */
export function resourcesOf(
  row: Pick<ServerRow, 'vcpus' | 'memory_mb' | 'root_gb' | 'ephemeral_gb' | 'swap_mb'>,
): Record<string, number> {
  const disk = row.root_gb + row.ephemeral_gb + Math.ceil(row.swap_mb / 1024)
  return { VCPU: row.vcpus, MEMORY_MB: row.memory_mb, ...(disk > 0 ? { DISK_GB: disk } : {}) }
}
