import { Type } from 'typebox'
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

type Plain = {
  readonly key: string
  readonly verb: PowerVerb
  /** Without what all rules of compute begin with. */
  readonly policy: string
  /** From which states. */
  readonly from: ActionRule['vmStates']
  /** What the server is busy with meanwhile. */
  readonly task: string
}

/** The actions that say nothing but their name. */
const plain: readonly Plain[] = [
  { key: 'os-stop', verb: 'stop', policy: 'servers:stop', from: ['active', 'error', 'rescued'], task: 'powering-off' },
  { key: 'os-start', verb: 'start', policy: 'servers:start', from: ['stopped'], task: 'powering-on' },
  { key: 'pause', verb: 'pause', policy: 'os-pause-server:pause', from: ['active'], task: 'pausing' },
  { key: 'unpause', verb: 'unpause', policy: 'os-pause-server:unpause', from: ['paused'], task: 'unpausing' },
  { key: 'suspend', verb: 'suspend', policy: 'os-suspend-server:suspend', from: ['active'], task: 'suspending' },
  { key: 'resume', verb: 'resume', policy: 'os-suspend-server:resume', from: ['suspended'], task: 'resuming' },
]

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
  return [
    ...plain.map(({ key, verb, policy, from, task }) =>
      action({
        key,
        body: Type.Unknown(),
        policy: `os_compute_api:${policy}`,
        rule: { name: verb, vmStates: from },
        run: (ctx, server) => begin(ctx, server, verb, task),
      }),
    ),
    action({
      key: 'reboot',
      body: reboot,
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
  ]
}
