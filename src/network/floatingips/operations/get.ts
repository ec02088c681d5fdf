import type { Ctx } from '#platform/context.ts'
import { floatingIpNotFound } from '../../errors.ts'
import type { Listing } from '../../listing/listing.ts'
import { findPorts, type PortRow } from '../../ports/store.ts'
import * as store from '../store.ts'

/** What the rules of floating IPs are asked about. */
export const floatingIpTarget = (row: { readonly project_id: string }) => ({
  project_id: row.project_id,
  tenant_id: row.project_id,
})

/** A floating IP with the port that it leads to. */
export type FloatingIp = { readonly row: store.FloatingIpRow; readonly port: PortRow | undefined }

/** Adds the ports, with one query for all. */
export async function withPorts(ctx: Ctx, rows: readonly store.FloatingIpRow[]): Promise<FloatingIp[]> {
  const ports = new Map(
    (
      await findPorts(
        ctx,
        rows.flatMap((row) => row.port_id ?? []),
      )
    ).map((port) => [port.id, port]),
  )
  return rows.map((row) => ({ row, port: ports.get(row.port_id ?? '') }))
}

export async function listFloatingIps(ctx: Ctx, listing: Listing): Promise<FloatingIp[]> {
  const rows = await store.listFloatingIps(ctx, listing)
  ctx.can('get_floatingip', floatingIpTarget({ project_id: '' }))
  return withPorts(
    ctx,
    rows.filter((row) => ctx.can('get_floatingip', floatingIpTarget(row))),
  )
}

/** @throws notFound */
export async function findVisible(ctx: Ctx, id: string): Promise<store.FloatingIpRow> {
  const row = await store.findFloatingIp(ctx, id)
  if (row === undefined || !ctx.can('get_floatingip', floatingIpTarget(row))) throw floatingIpNotFound(id)
  return row
}

/** @throws notFound */
export async function getFloatingIp(ctx: Ctx, id: string): Promise<FloatingIp> {
  const [found] = await withPorts(ctx, [await findVisible(ctx, id)])
  if (found === undefined) throw floatingIpNotFound(id)
  return found
}
