// Keeps the fabric as the database says. Changes are told as they are recorded; and each time the fabric is reached anew, and once in
// a while, everything is compared: what is missing or old is ensured, what nobody knows is removed, and port states are taken over.
import type { Ctx } from '#platform/context.ts'
import type { Reconciler } from '#platform/work/reconciler.ts'
import type { Deps } from '../deps.ts'
import { FabricUnavailable } from '../drivers/driver.ts'
import { listFabricFloatingIpIds } from '../floatingips/store.ts'
import { listNetworkIds } from '../networks/store.ts'
import { listFabricPortIds, listPortStatuses } from '../ports/store.ts'
import { listRouterIds } from '../routers/store.ts'
import { listSecurityGroupIds } from '../security-groups/store.ts'
import { listDhcpSubnetIds, listSubnetIds } from '../subnets/store.ts'
import { applyObjects, KINDS } from './apply.ts'
import { FABRIC_RECONCILER } from './changes.ts'
import { notePortStates } from './port-status.ts'
import { deleteChanges, type FabricChangeRow, type FabricKind, listChanges } from './store.ts'

export const AUDIT_RECONCILER = 'network-fabric-audit'

const BATCH = 500
const AUDIT_PAGE = 200

function byKind(rows: readonly FabricChangeRow[]): Map<FabricKind, string[]> {
  const kinds = new Map<FabricKind, Set<string>>()
  for (const { kind, object_id: id } of rows) kinds.set(kind, (kinds.get(kind) ?? new Set()).add(id))
  return new Map([...kinds].map(([kind, ids]) => [kind, [...ids]]))
}

/** Tells the fabric of a batch; where that fails, of each object by itself, so that one bad object does not hold up the others. */
async function applyBatch(ctx: Ctx, deps: Deps, rows: readonly FabricChangeRow[]): Promise<FabricChangeRow[]> {
  try {
    await applyObjects(ctx, deps, byKind(rows))
    return []
  } catch (error) {
    ctx.log.warn({ err: error }, 'the fabric refused a batch: telling it of each object alone')
  }
  const failed: FabricChangeRow[] = []
  const inOrder = [...rows].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
  for (const row of inOrder) {
    try {
      await applyObjects(ctx, deps, byKind([row]))
    } catch (error) {
      if (!deps.fabric.isReady()) throw error
      failed.push(row)
      ctx.log.warn({ err: error, kind: row.kind, id: row.object_id }, 'the fabric refused an object')
    }
  }
  return failed
}

/** Tells the fabric of what changed. */
export const createFabricReconciler = (deps: Deps): Reconciler => ({
  name: FABRIC_RECONCILER,
  everyMs: 5000,
  run: async (ctx) => {
    let told = 0
    if (!deps.fabric.isReady()) return { told, waiting: true }
    for (;;) {
      const rows = await listChanges(ctx, BATCH)
      if (rows.length === 0) return { told }
      const failed = new Set(await applyBatch(ctx, deps, rows))
      const done = rows.filter((row) => !failed.has(row)).map((row) => row.id)
      await deleteChanges(ctx, done)
      told += done.length
      // What was refused is tried again at the next run; what came meanwhile has asked for one.
      if (failed.size > 0) return { told, refused: failed.size }
      if (rows.length < BATCH) return { told }
    }
  },
})

const LISTS: { readonly [kind in FabricKind]: (ctx: Ctx) => Promise<string[]> } = {
  network: listNetworkIds,
  subnet: listSubnetIds,
  port: listFabricPortIds,
  router: listRouterIds,
  floatingip: listFabricFloatingIpIds,
  security_group: listSecurityGroupIds,
}

function fabricIds({ fabric }: Deps, kind: FabricKind): string[] {
  const tables = {
    network: fabric.networks,
    subnet: fabric.subnets,
    port: fabric.ports,
    router: fabric.routers,
    floatingip: fabric.floatingIps,
    security_group: fabric.securityGroups,
  } as const
  return [...tables[kind].revisions().keys()]
}

/** An object of which database and fabric disagree; `pending`: the fabric has not been told of its last change. */
export type FabricDifference = {
  readonly kind: FabricKind
  readonly id: string
  readonly how: 'missing' | 'stranger' | 'pending'
}

/** Compares without mending; null while the fabric cannot be reached. */
export async function compareFabric(ctx: Ctx, deps: Deps): Promise<FabricDifference[] | null> {
  if (!deps.fabric.isReady()) return null
  const changes = await listChanges(ctx, BATCH)
  const pending = new Set(changes.map(({ kind, object_id: id }) => `${kind} ${id}`))
  const found: FabricDifference[] = changes.map(({ kind, object_id: id }) => ({ kind, id, how: 'pending' }))
  for (const kind of KINDS) {
    const [known, present] = [await LISTS[kind](ctx), fabricIds(deps, kind)]
    // OVN knows of a subnet only by its DHCP.
    const needed = kind === 'subnet' ? await listDhcpSubnetIds(ctx) : known
    const [wanted, there] = [new Set(known), new Set(present)]
    const missing = needed.filter((id) => !there.has(id)).map((id) => ({ kind, id, how: 'missing' as const }))
    const strangers = present.filter((id) => !wanted.has(id)).map((id) => ({ kind, id, how: 'stranger' as const }))
    found.push(...[...missing, ...strangers].filter(({ id }) => !pending.has(`${kind} ${id}`)))
  }
  return found
}

async function auditKind(ctx: Ctx, deps: Deps, kind: FabricKind): Promise<{ objects: number; strangers: number }> {
  const known = await LISTS[kind](ctx)
  const all = new Set(known)
  const strangers = fabricIds(deps, kind).filter((id) => !all.has(id))
  const ids = [...known, ...strangers]
  for (let at = 0; at < ids.length; at += AUDIT_PAGE) {
    await applyObjects(ctx, deps, new Map([[kind, ids.slice(at, at + AUDIT_PAGE)]]))
  }
  return { objects: known.length, strangers: strangers.length }
}

/** Port states that the fabric changed while nobody listened. */
async function auditPortStates(ctx: Ctx, deps: Deps): Promise<number> {
  const differing = new Map<string, boolean>()
  for (const { id, status } of await listPortStatuses(ctx)) {
    const up = deps.fabric.isPortUp(id)
    if (up !== (status === 'ACTIVE')) differing.set(id, up)
  }
  return notePortStates(ctx, deps, differing)
}

/** Compares everything. */
export const createAuditReconciler = (deps: Deps): Reconciler => ({
  name: AUDIT_RECONCILER,
  everyMs: 600_000,
  run: async (ctx) => {
    if (!deps.fabric.isReady()) return { waiting: true }
    const found: Record<string, unknown> = {}
    try {
      for (const kind of KINDS) found[kind] = await auditKind(ctx, deps, kind)
    } catch (error) {
      if (!(error instanceof FabricUnavailable)) throw error
      return { ...found, interrupted: error.message }
    }
    return { ...found, port_states: await auditPortStates(ctx, deps) }
  },
})
