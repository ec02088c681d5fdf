import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { noProvider } from '../../errors.ts'
import { fits, type Provider, type ProviderIndex } from '../rules/provider-index.ts'
import type { ProviderFilter } from '../rules/query.ts'
import type { Forest, View } from './forest.ts'

/** @throws notFound */
export const findProvider = ({ index }: { readonly index: ProviderIndex }, uuid: string): Provider => {
  const provider = index.get(uuid)
  if (provider === undefined) throw noProvider(uuid)
  return provider
}

/** @throws notFound */
export const getProvider = async (ctx: Ctx, forest: Forest, uuid: string): Promise<Provider> =>
  findProvider(await forest.view(ctx), uuid)

/**
 * The providers that pass every filter.
 * @throws badRequest for a trait or class that does not exist, unless another filter has left nothing before
 */
export const listProviders = async (ctx: Ctx, forest: Forest, filter: ProviderFilter): Promise<Provider[]> => {
  const view = await forest.view(ctx)
  const { index } = view
  const root = filter.inTree === undefined ? undefined : index.get(filter.inTree)?.rootUuid
  if (filter.inTree !== undefined && root === undefined) return []
  const { required, forbidden } = filter.traits
  checkTraits(
    view,
    required.flatMap((names) => [...names]),
  )
  if (required.some((names) => [...names].every((name) => index.withTrait(name).size === 0))) return []
  checkTraits(view, [...forbidden])
  const { memberOf, forbidden: outside } = filter.aggregates
  if (memberOf.some((uuids) => [...uuids].every((uuid) => index.inAggregate(uuid).size === 0))) return []
  for (const name of filter.resources.keys()) {
    if (view.classes.has(name)) continue
    throw badRequest(`Invalid resource class in resources parameter: No such resource class ${name}.`)
  }
  const pool = root === undefined ? index.all() : index.tree(root)
  const found: Provider[] = []
  for (const provider of pool) {
    if (filter.name && provider.name !== filter.name) continue
    if (filter.uuid && provider.uuid !== filter.uuid) continue
    if (!required.every((names) => hasAny(provider.traits, names)) || hasAny(provider.traits, forbidden)) continue
    if (!memberOf.every((uuids) => hasAny(provider.aggregates, uuids)) || hasAny(provider.aggregates, outside)) continue
    if (hasRoomFor(provider, filter.resources)) found.push(provider)
  }
  return found
}

const checkTraits = (view: View, names: readonly string[]): void => {
  const unknown = names.find((name) => !view.traits.has(name))
  if (unknown === undefined) return
  throw badRequest(`Invalid trait(s) in "required" parameter: No such trait(s): ${unknown}.`)
}

const hasAny = (names: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean => {
  for (const name of wanted) if (names.has(name)) return true
  return false
}

const hasRoomFor = (provider: Provider, resources: ReadonlyMap<string, number>): boolean => {
  for (const [name, amount] of resources) {
    const inventory = provider.inventories.get(name)
    if (inventory === undefined || !fits(inventory, amount)) return false
  }
  return true
}
