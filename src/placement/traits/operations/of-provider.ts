import type { Ctx } from '#platform/context.ts'
import { badRequest, notFound } from '#platform/errors.ts'
import { findProvider } from '#placement/resource-providers/operations/list.ts'
import type { Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Forest, Names } from '#placement/resource-providers/operations/forest.ts'
import { saveProvider } from '#placement/resource-providers/store/write.ts'
import { generationConflict } from '../../errors.ts'
import type { SetTraits } from '../schemas.ts'

/** A provider and every trait there is. */
export type WithTraits = { readonly provider: Provider; readonly known: Names }

/** @throws notFound */
export const listProviderTraits = async (ctx: Ctx, forest: Forest, uuid: string): Promise<WithTraits> => {
  const { index, traits } = await forest.view(ctx)
  const provider = index.get(uuid)
  if (provider !== undefined) return { provider, known: traits }
  throw notFound(`No resource provider with uuid ${uuid} found: No resource provider with uuid ${uuid} found`)
}

/**
 * Replaces the traits of a provider; its generation moves only if something changes.
 * @throws notFound, conflict (generation), badRequest (no such trait)
 */
export const setProviderTraits = (ctx: Ctx, forest: Forest, uuid: string, body: SetTraits): Promise<WithTraits> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    if (body.resource_provider_generation !== provider.generation) throw generationConflict()
    const unknown = body.traits.filter((name) => !change.traits.has(name))
    if (unknown.length > 0) throw badRequest(`No such trait ${[...new Set(unknown)].join(', ')}`)
    const after = withTraits(provider, new Set(body.traits), tx.now)
    if (after !== provider) await saveProvider(tx, change, provider, after)
    return { provider: after, known: change.traits }
  })

/** @throws notFound */
export const deleteProviderTraits = (ctx: Ctx, forest: Forest, uuid: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    const after = withTraits(provider, new Set(), tx.now)
    if (after !== provider) await saveProvider(tx, change, provider, after)
  })

/** The provider with other traits, or the same object where they are its own. */
export const withTraits = (provider: Provider, traits: ReadonlySet<string>, now: number): Provider => {
  const isSame = traits.size === provider.traits.size && [...traits].every((name) => provider.traits.has(name))
  return isSame ? provider : { ...provider, traits, generation: provider.generation + 1, updatedAt: now }
}
