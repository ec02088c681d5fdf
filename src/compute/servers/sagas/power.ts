// Stop, start, reboot, pause, unpause, suspend and resume: one call to the host, and the state that follows.
import { type Static, Type } from 'typebox'
import { isoSeconds } from '#platform/clock.ts'
import { internal } from '#platform/errors.ts'
import { defineSaga, type SagaOf } from '#platform/work/saga.ts'
import type { ComputeDoors } from '../../doors.ts'
import type { Hosts } from '../../hosts.ts'
import { endAction } from '../../instance-actions/store.ts'
import { powerStates } from '../rules.ts'
import { imageOf, refOf, specOf } from '../spec.ts'
import { findAnyServer } from '../store/read.ts'
import { type ServerChanges, updateServer } from '../store/write.ts'

/** Seconds that a guest gets to power off by itself. */
const shutdownTimeoutS = 60

const state = Type.Object({
  serverId: Type.String(),
  verb: Type.Union([
    Type.Literal('stop'),
    Type.Literal('start'),
    Type.Literal('reboot-soft'),
    Type.Literal('reboot-hard'),
    Type.Literal('pause'),
    Type.Literal('unpause'),
    Type.Literal('suspend'),
    Type.Literal('resume'),
  ]),
})

export type PowerSaga = SagaOf<Static<typeof state>>
export type PowerVerb = Static<typeof state>['verb']

/** Makes the saga of the power actions. */
export function powerSaga(doors: ComputeDoors, hosts: Hosts): PowerSaga {
  return defineSaga({
    name: 'compute.servers.power',
    version: 1,
    state,
    steps: [
      {
        name: 'act',
        do: async (ctx, { serverId, verb }) => {
          const row = await findAnyServer(ctx, serverId)
          if (!row || row.host === null) throw internal(`server ${serverId} is on no host`)
          const driver = hosts.driverOf(row.host)
          const spec = async () => specOf(row, await imageOf(ctx, doors.image, row))
          const running = { vm_state: 'active', task_state: null, power_state: powerStates.running }
          const act = async (wanted: PowerVerb): Promise<ServerChanges> => {
            switch (wanted) {
              case 'stop':
                await driver.stop(refOf(row), shutdownTimeoutS)
                return { vm_state: 'stopped', task_state: null, power_state: powerStates.shutdown }
              case 'start':
                await driver.start(await spec())
                return running
              case 'reboot-soft':
              case 'reboot-hard':
                await driver.reboot(await spec(), wanted === 'reboot-soft' ? 'soft' : 'hard', shutdownTimeoutS)
                return running
              case 'pause':
                await driver.pause(refOf(row))
                return { vm_state: 'paused', task_state: null, power_state: powerStates.paused }
              case 'unpause':
                await driver.unpause(refOf(row))
                return running
              case 'suspend':
                await driver.suspend(refOf(row))
                return { vm_state: 'suspended', task_state: null, power_state: powerStates.shutdown }
              case 'resume':
                await driver.resume(await spec())
                return running
            }
          }
          const changes = await act(verb)
          const then = ctx.later()
          await updateServer(then, serverId, changes)
          await endAction(then, serverId, row.host, null)
        },
      },
    ],
    // The guest is as it was: only the task is over. What the host really has, the power-state reconciler sees.
    failed: async (ctx, { serverId, verb }, failure) => {
      await updateServer(ctx, serverId, {
        task_state: null,
        fault: JSON.stringify({
          code: failure.status,
          created: isoSeconds(ctx.now),
          message: `${verb}: ${failure.message}`,
        }),
      })
      await endAction(ctx, serverId, null, failure.message)
    },
  })
}
