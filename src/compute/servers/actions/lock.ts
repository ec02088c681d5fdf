import { Type } from 'typebox'
import { since } from '#platform/http/schema-version.ts'
import { updateServer } from '../store/write.ts'
import { type Action, action } from './action.ts'

// The lock itself never stands in the way of locking, and any task may be under way.
const anyState = { taskStates: undefined, evenLocked: true } as const
const lockBody = Type.Union([
  Type.Null(),
  Type.Object(
    { locked_reason: Type.Optional(Type.String({ minLength: 1, maxLength: 255, ...since(73) })) },
    { additionalProperties: true },
  ),
])

/** Lock and unlock. */
export const lockActions: readonly Action[] = [
  action({
    key: 'lock',
    body: lockBody,
    policy: 'os_compute_api:os-lock-server:lock',
    rule: { name: 'lock', ...anyState },
    run: async (ctx, server, body) => {
      const by = ctx.caller.projectId === server.project_id && !ctx.can('context_is_admin') ? 'owner' : 'admin'
      await updateServer(ctx, server.id, { locked_by: by, locked_reason: body?.locked_reason ?? null })
    },
  }),
  action({
    key: 'unlock',
    body: Type.Unknown(),
    policy: 'os_compute_api:os-lock-server:unlock',
    rule: { name: 'unlock', ...anyState },
    run: async (ctx, server) => {
      if (server.locked_by === 'admin') {
        ctx.authorize('os_compute_api:os-lock-server:unlock:unlock_override', { project_id: server.project_id })
      }
      await updateServer(ctx, server.id, { locked_by: null, locked_reason: null })
    },
  }),
]
