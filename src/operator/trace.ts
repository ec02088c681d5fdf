// The story of a request: what it asked of servers, and the long work it began.
import { type Static, Type } from 'typebox'
import type { Compute } from '#compute/service.ts'
import type { Ctx } from '#platform/context.ts'
import type { Saga } from '#platform/work/saga.ts'
import { listSagasOfRequest } from '#platform/work/store.ts'

const time = Type.Integer({ description: 'milliseconds since the epoch' })
const nullableTime = Type.Union([time, Type.Null()])
const nullableText = Type.Union([Type.String(), Type.Null()])

export const story = Type.Object({
  actions: Type.Array(
    Type.Object({
      serverId: Type.String(),
      action: Type.String(),
      host: nullableText,
      startedAt: time,
      finishedAt: nullableTime,
      result: nullableText,
    }),
  ),
  work: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      resource: Type.String(),
      status: Type.String(),
      /** Names of all steps; `step` is the index of the one to do, or to undo, next. */
      steps: Type.Array(Type.String()),
      step: Type.Integer(),
      /** JSON: step, message and status of what went wrong. */
      failure: nullableText,
      startedAt: time,
      finishedAt: nullableTime,
    }),
  ),
})
export type Story = Static<typeof story>

/** Tells what a request did. Work is remembered for a week after its end. */
export async function traceRequest(
  ctx: Ctx,
  requestId: string,
  compute: Pick<Compute, 'listActionsOfRequest'>,
  sagas: readonly Saga[],
): Promise<Story> {
  const actions = await compute.listActionsOfRequest(ctx, requestId)
  const work = await listSagasOfRequest(ctx, requestId)
  return {
    actions: actions.map((row) => ({
      serverId: row.server_id,
      action: row.action,
      host: row.host,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      result: row.result,
    })),
    work: work.map((row) => ({
      id: row.id,
      name: row.saga,
      resource: row.resource,
      status: row.status,
      steps: [...(sagas.find(({ name }) => name === row.saga)?.steps ?? [])],
      step: row.step,
      failure: row.failure,
      startedAt: row.created_at,
      finishedAt: row.finished_at,
    })),
  }
}
