// Deleting a server only goes forward: every step may be repeated until it succeeds, and none is ever taken back.
import { type Static, Type } from 'typebox'
import { isoSeconds } from '#platform/clock.ts'
import { CloudError } from '#platform/errors.ts'
import { defineSaga, type SagaOf } from '#platform/work/saga.ts'
import type { ComputeDoors } from '../../doors.ts'
import type { Hosts } from '../../hosts.ts'
import { endAction } from '../../instance-actions/store.ts'
import { refOf } from '../spec.ts'
import { findAnyServer } from '../store/read.ts'
import { updateServer } from '../store/write.ts'

const state = Type.Object({ serverId: Type.String() })

export type DeleteServerSaga = SagaOf<Static<typeof state>>

/** Makes the saga that deletes one server. */
export function deleteServerSaga(doors: ComputeDoors, hosts: Hosts): DeleteServerSaga {
  return defineSaga({
    name: 'compute.servers.delete',
    version: 1,
    state,
    steps: [
      {
        name: 'destroy',
        do: async (ctx, { serverId }) => {
          const row = await findAnyServer(ctx, serverId)
          if (!row?.host) return
          try {
            await hosts.driverOf(row.host).destroy(refOf(row))
          } catch (error) {
            // A host that is away is told by the reconciler of its guests when it is back.
            if (!(error instanceof CloudError && error.kind === 'unavailable')) throw error
            hosts.away.add(row.host)
            ctx.log.warn({ host: row.host, server: serverId }, 'the host is away: its guest goes when it is back')
          }
        },
      },
      { name: 'ports', do: (ctx, { serverId }) => doors.network.releasePorts(ctx, serverId) },
      { name: 'release', do: (ctx, { serverId }) => doors.placement.release(ctx, serverId) },
      {
        name: 'forget',
        do: async (ctx, { serverId }) => {
          await updateServer(ctx, serverId, {
            vm_state: 'deleted',
            task_state: null,
            power_state: 0,
            cards: '[]',
            terminated_at: ctx.now,
            deleted_at: ctx.now,
          })
          await endAction(ctx, serverId, null, null)
        },
      },
    ],
    failed: async (ctx, { serverId }, failure) => {
      await updateServer(ctx, serverId, {
        vm_state: 'error',
        task_state: null,
        fault: JSON.stringify({ code: failure.status, created: isoSeconds(ctx.now), message: failure.message }),
      })
      await endAction(ctx, serverId, null, failure.message)
    },
  })
}
