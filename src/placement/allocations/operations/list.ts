import type { Ctx } from '#platform/context.ts'
import { notFound } from '#platform/errors.ts'
import type { Provider, ProviderIndex } from '#placement/resource-providers/rules/provider-index.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import * as store from '../store.ts'

/** What a consumer holds; `consumer` is undefined where it holds nothing. */
export type ConsumerAllocations = {
  readonly consumer: store.ConsumerRow | undefined
  readonly allocations: readonly store.AllocationRow[]
  readonly index: ProviderIndex
}

export const listByConsumer = async (ctx: Ctx, forest: Forest, uuid: string): Promise<ConsumerAllocations> => {
  const allocations = await store.listByConsumers(ctx, [uuid])
  const [consumer] = allocations.length === 0 ? [] : await store.findConsumers(ctx, [uuid])
  const { index } = await forest.view(ctx)
  return { consumer, allocations, index }
}

export type ProviderAllocations = {
  readonly provider: Provider
  readonly allocations: Awaited<ReturnType<typeof store.listByProvider>>
}

/** @throws notFound */
export const listByProvider = async (ctx: Ctx, forest: Forest, uuid: string): Promise<ProviderAllocations> => {
  const provider = (await forest.view(ctx)).index.get(uuid)
  if (provider !== undefined) return { provider, allocations: await store.listByProvider(ctx, uuid) }
  throw notFound(`Resource provider '${uuid}' not found: No resource provider with uuid ${uuid} found`)
}
