import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { notFound } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { isOtherId, otherAttributes } from '../../attributes.ts'
import { validationError } from '../../errors.ts'
import type { CreateConsumer } from '../schemas.ts'
import { type Consumer, type OAuth1Store, removeConsumer } from '../store.ts'

export type { OAuth1Store } from '../store.ts'

const columns: ReadonlySet<string> = new Set(['id', 'description', 'secret', 'links'])

export const listConsumers = (ctx: Ctx, store: OAuth1Store): Promise<Consumer[]> => store.listConsumers(ctx)

/** @throws notFound */
export async function getConsumer(ctx: Ctx, store: OAuth1Store, id: string): Promise<Consumer> {
  const consumer = await store.findConsumer(ctx, id)
  if (!consumer) throw notFound('Consumer not found')
  return consumer
}

export async function createConsumer(ctx: Ctx, store: OAuth1Store, body: CreateConsumer): Promise<Consumer> {
  const consumer = {
    id: newHexId(),
    description: body.description ?? null,
    secret: newHexId(),
    extra: otherAttributes(body, columns),
  }
  await store.insertConsumer(ctx, consumer)
  return consumer
}

/** @throws notFound, badRequest (another id) */
export async function updateConsumer(
  ctx: Ctx,
  store: OAuth1Store,
  id: string,
  body: CreateConsumer,
): Promise<Consumer> {
  const old = await getConsumer(ctx, store, id)
  if (isOtherId(body, id)) throw validationError('Cannot change ID')
  const consumer = {
    ...old,
    description: body.description === undefined ? old.description : body.description,
    extra: { ...old.extra, ...otherAttributes(body, columns) },
  }
  await store.saveConsumer(ctx, consumer)
  return consumer
}

/** Deletes a consumer; what it was given ends with it. @throws notFound */
export const deleteConsumer = (ctx: Ctx, store: OAuth1Store, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getConsumer(tx, store, id)
    await removeConsumer(tx, id)
  })
