import type { Ctx } from '#platform/context.ts'
import type { Provider } from './rules/provider-index.ts'

/** Parts of a provider and the versions that brought them. */
const PARTS: readonly (readonly [string, number])[] = [
  ['inventories', 0],
  ['usages', 0],
  ['aggregates', 1],
  ['traits', 6],
  ['allocations', 11],
]

const TREES = 14

export const providerPath = (uuid: string): string => `/resource_providers/${uuid}`

export const viewProvider = (ctx: Ctx, provider: Provider) => {
  const path = providerPath(provider.uuid)
  const parts = PARTS.filter(([, since]) => ctx.version >= since)
  return {
    uuid: provider.uuid,
    name: provider.name,
    generation: provider.generation,
    links: [{ rel: 'self', href: path }, ...parts.map(([rel]) => ({ rel, href: `${path}/${rel}` }))],
    ...(ctx.version >= TREES
      ? { parent_provider_uuid: provider.parentUuid ?? null, root_provider_uuid: provider.rootUuid }
      : {}),
  }
}

export const viewProviders = (ctx: Ctx, providers: readonly Provider[]) => ({
  resource_providers: providers.map((provider) => viewProvider(ctx, provider)),
})
