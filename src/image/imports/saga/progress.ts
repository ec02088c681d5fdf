import type { Ctx } from '#platform/context.ts'
import { createIntake, type Intake } from '../../data/intake.ts'
import { changeTask } from '../../tasks/store.ts'
import type { ImportDeps } from './state.ts'

/** How often a task tells how far it is. */
const PROGRESS_MS = 5000
const MIB = 1024 * 1024

/** Measures what passes, tells the task how far it is, and ends with the program. */
export const watch = (
  ctx: Ctx,
  { sizeCap, clock }: ImportDeps,
  taskId: string,
  source: AsyncIterable<unknown>,
  verb: string,
): Intake => {
  let told = clock.now()
  return createIntake(source, sizeCap, (size) => {
    ctx.signal.throwIfAborted()
    const now = clock.now()
    if (now - told < PROGRESS_MS) return
    told = now
    const message = `${verb} ${Math.floor(size / MIB)} MiB`
    changeTask(ctx, taskId, { message, updated_at: now }).catch((error: unknown) =>
      ctx.log.warn({ err: error, task: taskId }, 'a task could not tell how far it is'),
    )
  })
}
