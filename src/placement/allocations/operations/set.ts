import type { Ctx } from '#platform/context.ts'
import { badRequest, type CloudError, conflict, notFound } from '#platform/errors.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { dashedUuid, isUuidLike } from '../../uuid.ts'
import { applyClaims, ClaimError, type Wanted, wantedOf, wantedOfMany } from '../rules.ts'
import type { ManyAllocations, SetAllocations } from '../schemas.ts'
import * as store from '../store.ts'
import { createDraft } from './draft.ts'
import { replaceAllocations } from './replace.ts'

/**
 * Sets what the consumers hold, all or nothing.
 * @throws conflict (generation of a consumer), badRequest (no such provider), ClaimError
 */
export const claim = (ctx: Ctx, forest: Forest, wanted: readonly Wanted[]): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    const draft = createDraft(change)
    await replaceAllocations(tx, change, draft, wanted)
    await draft.save(tx)
  })

/** As the API words a claim that cannot be; other errors pass. */
const refused = (error: unknown, unknownClass: string): unknown => {
  if (!(error instanceof ClaimError)) return error
  return error.kind === 'unknown'
    ? badRequest(`${unknownClass}${error.message}`)
    : conflict(`Unable to allocate inventory: ${error.message}`)
}

/** PUT /allocations/{consumer_uuid} */
export const setAllocations = async (
  ctx: Ctx,
  forest: Forest,
  consumer: string,
  body: SetAllocations,
): Promise<void> => {
  if (!isUuidLike(consumer)) throw badRequest(`Malformed consumer_uuid: ${consumer}`)
  const uuid = dashedUuid(consumer)
  try {
    await claim(ctx, forest, [wantedOf(uuid, body, ctx.version)])
  } catch (error) {
    throw refused(error, `Unable to allocate inventory for consumer ${uuid}: `)
  }
}

/** POST /allocations */
export const postAllocations = async (ctx: Ctx, forest: Forest, body: ManyAllocations): Promise<void> => {
  try {
    await claim(ctx, forest, wantedOfMany(body, ctx.version))
  } catch (error) {
    throw refused(error, 'Unable to allocate inventory ')
  }
}

/**
 * Takes everything from a consumer; generations of providers stay as they are.
 * @throws notFound where it has nothing
 */
export const deleteAllocations = (ctx: Ctx, forest: Forest, consumer: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    const old = await store.listByConsumers(tx, [consumer])
    if (old.length === 0) throw noAllocations(consumer)
    const draft = createDraft(change)
    const usages = old.map((row) => ({
      provider: row.provider_uuid,
      resourceClass: row.resource_class,
      used: row.used,
    }))
    applyClaims(draft, () => true, usages, [])
    await store.deleteAllocations(tx, [consumer])
    await store.deleteConsumers(tx, [consumer])
    await draft.save(tx)
  })

const noAllocations = (consumer: string): CloudError => notFound(`No allocations for consumer '${consumer}'`)
