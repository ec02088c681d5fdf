import type { Ctx } from '#platform/context.ts'
import { findProvider } from '#placement/resource-providers/operations/list.ts'
import type { Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { saveProvider } from '#placement/resource-providers/store/write.ts'
import { generationConflict } from '../errors.ts'
import type { SetAggregates } from './schemas.ts'

/**
 * Replaces the aggregates of a provider. With a generation the call is a compare-and-swap and moves it on; without one
 * (before 1.19) it leaves the generation alone.
 * @throws notFound, conflict
 */
export const setAggregates = (ctx: Ctx, forest: Forest, uuid: string, body: SetAggregates): Promise<Provider> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    const isPlain = Array.isArray(body)
    if (!isPlain && body.resource_provider_generation !== provider.generation) throw generationConflict()
    const after: Provider = {
      ...provider,
      aggregates: new Set(isPlain ? body : body.aggregates),
      generation: provider.generation + (isPlain ? 0 : 1),
      updatedAt: isPlain ? provider.updatedAt : tx.now,
    }
    await saveProvider(tx, change, provider, after)
    return after
  })
