import type { Ctx } from '#platform/context.ts'
import { findProject, listDeepProjectIds, listSubtree } from '../projects/store.ts'
import { breaksModel, fitsChildren, fitsParent, limitOfParent, type LimitModel, type Wanted } from './rules.ts'
import { findRegisteredLimitOf, listLimitsOfOwners } from './store.ts'

/** @throws forbidden where one of the limits does not go with those above and below it */
export async function checkHierarchy(ctx: Ctx, model: LimitModel, limits: readonly Wanted[]): Promise<void> {
  if (model === 'flat') return
  for (const wanted of limits) {
    const fits = wanted.projectId === null ? await fitsBelow(ctx, wanted) : await fitsAbove(ctx, wanted, limits)
    if (!fits) throw breaksModel(wanted)
  }
}

async function fitsAbove(ctx: Ctx, wanted: Wanted, limits: readonly Wanted[]): Promise<boolean> {
  const parentId = (await findProject(ctx, wanted.projectId ?? ''))?.parentId ?? ''
  const given = limitOfParent(wanted, parentId, limits)
  if (given) return wanted.resourceLimit <= given.resourceLimit
  const registered = await findRegisteredLimitOf(ctx, wanted)
  const [own] = registered ? await listLimitsOfOwners(ctx, registered.id, [parentId]) : []
  return fitsParent(wanted.resourceLimit, own ?? registered?.defaultLimit ?? null)
}

async function fitsBelow(ctx: Ctx, wanted: Wanted): Promise<boolean> {
  const registered = await findRegisteredLimitOf(ctx, wanted)
  if (!registered) return true
  const below = (await listSubtree(ctx, wanted.domainId ?? '')).map(({ id }) => id)
  return fitsChildren(wanted.resourceLimit, await listLimitsOfOwners(ctx, registered.id, below))
}

/** @throws Error where a tree of projects is deeper than the model allows: the cloud does not start with it */
export async function checkDepth(ctx: Ctx, model: LimitModel): Promise<void> {
  const deep = model === 'flat' ? [] : await listDeepProjectIds(ctx)
  if (deep.length > 0) {
    throw new Error(`limit_model strict_two_level: projects are deeper than two levels: ${deep.join(', ')}`)
  }
}
