// Why a server is where it is: what is kept of the scheduler's decision when it was built.
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Ctx } from '#platform/context.ts'
import { listBuilds } from '../instance-actions/store.ts'
import { decision } from '../scheduler/scheduler.ts'

const nullableText = Type.Union([Type.String(), Type.Null()])

/** One attempt to build a server. */
export const build = Type.Object({
  /** Milliseconds since the epoch. */
  startedAt: Type.Integer(),
  /** Null while it is under way. */
  result: nullableText,
  host: nullableText,
  /** Null where no host was left (the reason tells the steps then), and while it is under way. */
  decision: Type.Union([decision, Type.Null()]),
  reason: nullableText,
})

/** The attempts to build the server, oldest first. */
export async function explainServer(ctx: Ctx, serverId: string): Promise<Static<typeof build>[]> {
  return (await listBuilds(ctx, serverId)).map((row) => {
    const kept: unknown = JSON.parse(row.decision ?? 'null')
    return {
      startedAt: row.started_at,
      result: row.result,
      host: row.host,
      decision: Value.Check(decision, kept) ? kept : null,
      reason: row.reason,
    }
  })
}
