import type { Ctx } from '#platform/context.ts'
import { changeTask } from './store.ts'

/** How long a task can be looked at after its end. */
const KEPT_MS = 48 * 3_600_000

/** Ends a task; again does nothing. */
export const endTask = (
  ctx: Ctx,
  id: string,
  status: 'success' | 'failure',
  message: string,
  result: Readonly<Record<string, unknown>> | null = null,
): Promise<void> =>
  changeTask(ctx, id, {
    status,
    message,
    result: result === null ? null : JSON.stringify(result),
    updated_at: ctx.now,
    expires_at: ctx.now + KEPT_MS,
  })
