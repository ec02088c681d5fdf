import { type Static, type TSchema, Type } from 'typebox'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { conflict } from '#platform/errors.ts'
import type { Work } from '#platform/work/work.ts'
import { beginAction } from '../../instance-actions/store.ts'
import type { ActionRule } from '../rules.ts'
import type { PowerSaga, PowerVerb } from '../sagas/power.ts'
import type { ServerRow } from '../store/tables.ts'
import { compareAndSwapServer } from '../store/write.ts'
import { type Action, action } from './action.ts'

const nothing = Type.Unknown()
const reboot = Type.Object(
  {
    type: Type.Union([
      Type.Literal('HARD'),
      Type.Literal('Hard'),
      Type.Literal('hard'),
      Type.Literal('SOFT'),
      Type.Literal('Soft'),
      Type.Literal('soft'),
    ]),
  },
  { additionalProperties: false },
)

type Spec<Body extends TSchema> = {
  readonly key: string
  readonly body: Body
  readonly policy: string
  readonly rule: ActionRule
  readonly begin: (body: Static<Body>) => { readonly verb: PowerVerb; readonly task: string }
}

const rebootTasks = [
  'rebooting',
  'reboot_pending',
  'reboot_started',
  'rebooting_hard',
  'reboot_pending_hard',
  'reboot_started_hard',
]

/** Stop, start, reboot, pause, unpause, suspend, resume. */
export function powerActions(work: Work, saga: PowerSaga): readonly Action[] {
  const begin = (ctx: Ctx, server: ServerRow, verb: PowerVerb, task: string): Promise<void> =>
    inTransaction(ctx, async (tx) => {
      // Two actions at once: the second finds the row changed since it looked.
      if (!(await compareAndSwapServer(tx, server, { task_state: task }))) {
        throw conflict(`Instance ${server.id} was changed by another request meanwhile.`)
      }
      await beginAction(tx, server, verb.replace(/-.*/, ''))
      await work.start(tx, saga.begin({ serverId: server.id, verb }), { resource: `server/${server.id}` })
    })
  const power = <Body extends TSchema>({ begin: beginning, ...spec }: Spec<Body>): Action =>
    action({
      ...spec,
      run: async (ctx, server, body) => {
        const { verb, task } = beginning(body)
        await begin(ctx, server, verb, task)
      },
    })
  return [
    power({
      key: 'os-stop',
      body: nothing,
      policy: 'os_compute_api:servers:stop',
      rule: { name: 'stop', vmStates: ['active', 'error', 'rescued'] },
      begin: () => ({ verb: 'stop', task: 'powering-off' }),
    }),
    power({
      key: 'os-start',
      body: nothing,
      policy: 'os_compute_api:servers:start',
      rule: { name: 'start', vmStates: ['stopped'] },
      begin: () => ({ verb: 'start', task: 'powering-on' }),
    }),
    action({
      key: 'reboot',
      body: Type.Object({ type: reboot.properties.type }, { additionalProperties: false }),
      policy: 'os_compute_api:servers:reboot',
      rule: {
        name: 'reboot',
        vmStates: ['active', 'stopped', 'paused', 'suspended', 'error', 'rescued'],
        taskStates: [null, ...rebootTasks],
      },
      run: async (ctx, server, { type }) => {
        const hard = type.toLowerCase() === 'hard'
        // Only a running guest can be asked; what is under way already is not asked again.
        if (!hard && (server.vm_state !== 'active' || server.task_state !== null)) {
          throw conflict(
            `Cannot 'reboot' instance ${server.id} while it is in ${server.vm_state === 'active' ? 'task_state' : 'vm_state'} ${server.vm_state === 'active' ? (server.task_state ?? '') : server.vm_state}`,
          )
        }
        await begin(ctx, server, hard ? 'reboot-hard' : 'reboot-soft', hard ? 'rebooting_hard' : 'rebooting')
      },
    }),
    power({
      key: 'pause',
      body: nothing,
      policy: 'os_compute_api:os-pause-server:pause',
      rule: { name: 'pause', vmStates: ['active'] },
      begin: () => ({ verb: 'pause', task: 'pausing' }),
    }),
    power({
      key: 'unpause',
      body: nothing,
      policy: 'os_compute_api:os-pause-server:unpause',
      rule: { name: 'unpause', vmStates: ['paused'] },
      begin: () => ({ verb: 'unpause', task: 'unpausing' }),
    }),
    power({
      key: 'suspend',
      body: nothing,
      policy: 'os_compute_api:os-suspend-server:suspend',
      rule: { name: 'suspend', vmStates: ['active'] },
      begin: () => ({ verb: 'suspend', task: 'suspending' }),
    }),
    power({
      key: 'resume',
      body: nothing,
      policy: 'os_compute_api:os-suspend-server:resume',
      rule: { name: 'resume', vmStates: ['suspended'] },
      begin: () => ({ verb: 'resume', task: 'resuming' }),
    }),
  ]
}
