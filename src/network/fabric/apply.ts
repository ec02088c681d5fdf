// Tells the fabric of objects, by kind and id alone: what is in the database is ensured, what is not is removed. Kinds go in the order
// in which they need each other, and leave in the opposite order. Doing it again changes nothing.
import type { Ctx } from '#platform/context.ts'
import type { Deps } from '../deps.ts'
import type { FabricTable } from '../drivers/driver.ts'
import { setStatus } from '../floatingips/store.ts'
import {
  assembleFloatingIps,
  assembleNetworks,
  assemblePorts,
  assembleSecurityGroups,
  assembleSubnets,
} from './assemble.ts'
import { assembleRouters } from './routers.ts'
import type { FabricKind } from './store.ts'

/** A kind that is looked at: what is there now, put aside to be removed or ensured. */
type Plan = { readonly ensure: () => Promise<void>; readonly remove: () => Promise<void> }

export const KINDS: readonly FabricKind[] = ['security_group', 'network', 'subnet', 'port', 'router', 'floatingip']

async function planOf<T extends { readonly id: string }>(
  table: FabricTable<T>,
  ids: readonly string[],
  assemble: (ids: readonly string[]) => Promise<T[]>,
): Promise<Plan> {
  const objects = await assemble(ids)
  const present = new Set(objects.map((object) => object.id))
  const gone = ids.filter((id) => !present.has(id))
  return {
    ensure: async () => {
      if (objects.length > 0) await table.ensure(objects)
    },
    remove: async () => {
      if (gone.length > 0) await table.remove(gone)
    },
  }
}

async function planFloatingIps(ctx: Ctx, { fabric }: Deps, ids: readonly string[]): Promise<Plan> {
  const objects = await assembleFloatingIps(ctx, ids)
  const active = objects.map((object) => object.id)
  const idle = ids.filter((id) => !active.includes(id))
  return {
    ensure: async () => {
      if (objects.length === 0) return
      await fabric.floatingIps.ensure(objects)
      await setStatus(ctx, active, 'ACTIVE')
    },
    remove: async () => {
      if (idle.length === 0) return
      await fabric.floatingIps.remove(idle)
      await setStatus(ctx, idle, 'DOWN')
    },
  }
}

async function plan(ctx: Ctx, deps: Deps, kind: FabricKind, ids: readonly string[]): Promise<Plan> {
  const { fabric } = deps
  switch (kind) {
    case 'network':
      return planOf(fabric.networks, ids, (some) => assembleNetworks(ctx, some))
    case 'subnet':
      return planOf(fabric.subnets, ids, (some) => assembleSubnets(ctx, deps, some))
    case 'port':
      return planOf(fabric.ports, ids, (some) => assemblePorts(ctx, some))
    case 'router':
      return planOf(fabric.routers, ids, (some) => assembleRouters(ctx, some))
    case 'security_group':
      return planOf(fabric.securityGroups, ids, (some) => assembleSecurityGroups(ctx, some))
    case 'floatingip':
      return planFloatingIps(ctx, deps, ids)
  }
}

/** Tells the fabric of the objects. Throws what the fabric throws; all may be repeated. */
export async function applyObjects(
  ctx: Ctx,
  deps: Deps,
  objects: ReadonlyMap<FabricKind, readonly string[]>,
): Promise<void> {
  const plans: Plan[] = []
  for (const kind of KINDS) {
    const ids = objects.get(kind)
    if (ids !== undefined) plans.push(await plan(ctx, deps, kind, ids))
  }
  for (const each of plans.toReversed()) await each.remove()
  for (const each of plans) await each.ensure()
}
