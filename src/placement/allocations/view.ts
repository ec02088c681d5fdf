import type { Ctx } from '#platform/context.ts'
import type { ConsumerAllocations, ProviderAllocations } from './operations/list.ts'

/** The versions that brought the owner, the generation and the type of a consumer. */
const OWNERS = 12
const GENERATIONS = 28
const TYPES = 38

/** The type of a consumer that has none. */
export const UNKNOWN_TYPE = 'unknown'

export const viewConsumer = ({ version }: Ctx, { consumer, allocations, index }: ConsumerAllocations) => {
  const byProvider: Record<string, { resources: Record<string, number>; generation: number }> = {}
  for (const { provider_uuid: uuid, resource_class: name, used } of allocations) {
    const entry = (byProvider[uuid] ??= { resources: {}, generation: index.get(uuid)?.generation ?? 0 })
    entry.resources[name] = used
  }
  return {
    allocations: byProvider,
    ...(consumer && version >= OWNERS ? { project_id: consumer.project_id, user_id: consumer.user_id } : {}),
    ...(consumer && version >= GENERATIONS ? { consumer_generation: consumer.generation } : {}),
    ...(consumer && version >= TYPES ? { consumer_type: consumer.consumer_type ?? UNKNOWN_TYPE } : {}),
  }
}

export const viewProvider = ({ version }: Ctx, { provider, allocations }: ProviderAllocations) => {
  const byConsumer: Record<string, { resources: Record<string, number>; consumer_generation?: number }> = {}
  for (const { consumer_uuid: uuid, resource_class: name, used, generation } of allocations) {
    const entry = (byConsumer[uuid] ??= {
      resources: {},
      ...(version >= GENERATIONS ? { consumer_generation: generation } : {}),
    })
    entry.resources[name] = used
  }
  return { allocations: byConsumer, resource_provider_generation: provider.generation }
}
