import type { Provider, ProviderIndex } from './provider-index.ts'

/** The provider and everything below it, parents before children. */
export const subtreeOf = (index: ProviderIndex, top: Provider): Provider[] => {
  const found = [top]
  const members = index.tree(top.rootUuid)
  for (const parent of found) {
    for (const member of members) if (member.parentUuid === parent.uuid) found.push(member)
  }
  return found
}

/** Why a provider may not get this parent, as Placement words it. */
export type ParentProblem = { readonly action: 'create' | 'update'; readonly reason: string }

/** From this version on a provider may change or lose its parent. */
const REPARENTING = 37

/** What keeps a provider from being made a child of `parentUuid` (null: of nobody); undefined: nothing. */
export const parentProblem = (
  index: ProviderIndex,
  provider: Provider,
  parentUuid: string | null,
  version: number,
): ParentProblem | undefined => {
  const current = provider.parentUuid
  if (parentUuid === null) {
    if (current === undefined || version >= REPARENTING) return undefined
    return { action: 'update', reason: 'un-parenting a provider is not currently allowed.' }
  }
  if (index.get(parentUuid) === undefined) {
    return { action: 'create', reason: 'parent provider UUID does not exist.' }
  }
  if (current !== undefined && current !== parentUuid && version < REPARENTING) {
    return { action: 'update', reason: 're-parenting a provider is not currently allowed.' }
  }
  if (subtreeOf(index, provider).some(({ uuid }) => uuid === parentUuid)) {
    return { action: 'update', reason: 'creating loop in the provider tree is not allowed.' }
  }
  return undefined
}
