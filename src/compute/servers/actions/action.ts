// An action of `POST /servers/{id}/action`: its key in the body, its schema, who may, from which states, and what it does.
import type { Static, TSchema } from 'typebox'
import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import type { Invalid } from '#platform/http/route.ts'
import { type Check, checker } from '#platform/http/validation.ts'
import { wrongState } from '../../errors.ts'
import { getServer } from '../operations/read.ts'
import { type ActionRule, refusal } from '../rules.ts'
import type { ServerRow } from '../store/tables.ts'

/** An action with its types closed over. */
export type Action = {
  readonly key: string
  readonly status: number
  readonly since: number
  readonly until: number
  /** Checks the body and gives back the call. */
  readonly prepare: (
    body: unknown,
    version: number,
    invalid: Invalid,
  ) => (ctx: Ctx, serverId: string) => Promise<unknown>
}

/** Makes an action. `run` gets the server as it was read; its body is what stands under the action's key. */
export function action<Body extends TSchema>(spec: {
  readonly key: string
  /** 202 where absent. */
  readonly status?: number
  readonly since?: number
  readonly until?: number
  readonly body: Body
  readonly policy: string
  readonly rule: ActionRule
  readonly run: (ctx: Ctx, server: ServerRow, body: Static<Body>) => Promise<unknown>
}): Action {
  const check: Check<Static<Body>> = checker(spec.body, 'body')
  return {
    key: spec.key,
    status: spec.status ?? 202,
    since: spec.since ?? 1,
    until: spec.until ?? Number.MAX_SAFE_INTEGER,
    prepare: (body, version, invalid) => {
      const checked = check(body, version, invalid)
      return async (ctx, serverId) => {
        const server = await getServer(ctx, serverId, spec.policy)
        checkState(ctx, server, spec.rule)
        return spec.run(ctx, server, checked)
      }
    },
  }
}

/** @throws conflict where a lock or the server's state forbids it */
export function checkState(ctx: Ctx, server: ServerRow, rule: ActionRule): void {
  const admin = ctx.can('context_is_admin')
  if (server.locked_by !== null && !rule.evenLocked && !admin) throw conflict(`Instance ${server.id} is locked`)
  const refused = refusal(rule, server)
  if (refused) throw wrongState(server.id, rule.name, refused.attribute, refused.state)
}

/** Finds the action that a body names. @throws badRequest where it names none, or several */
export function findAction(
  actions: readonly Action[],
  body: unknown,
  version: number,
): { action: Action; value: unknown } {
  const entries = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const [entry] = entries
  if (!entry) throw badRequest('Malformed request body')
  const found = actions.find(({ key, since, until }) => key === entry[0] && since <= version && version <= until)
  if (!found) throw badRequest(`There is no such action: ${entry[0]}`)
  if (entries.length > 1) throw badRequest('Multiple body parameters are not allowed.')
  return { action: found, value: entry[1] }
}
