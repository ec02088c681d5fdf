import type { Ctx } from '#platform/context.ts'
import { routerNotFound } from '../../errors.ts'
import type { Listing } from '../../listing/listing.ts'
import { listPortsOfDevice, type PortRow } from '../../ports/store.ts'
import { findSubnets, type SubnetRow } from '../../subnets/store.ts'
import type { Surroundings } from '../rules.ts'
import * as store from '../store.ts'

/** What the rules of routers are asked about. */
export const routerTarget = (row: { readonly project_id: string }) => ({
  project_id: row.project_id,
  tenant_id: row.project_id,
})

export async function listRouters(ctx: Ctx, listing: Listing): Promise<store.RouterRow[]> {
  const rows = await store.listRouters(ctx, listing)
  ctx.can('get_router', routerTarget({ project_id: '' }))
  return rows.filter((row) => ctx.can('get_router', routerTarget(row)))
}

/** @throws notFound */
export async function getRouter(ctx: Ctx, id: string): Promise<store.RouterRow> {
  const row = await store.findRouter(ctx, id)
  if (row === undefined || !ctx.can('get_router', routerTarget(row))) throw routerNotFound(id)
  return row
}

export type FixedIp = { readonly subnet_id: string; readonly ip_address: string }

/** A port's addresses, from its JSON. */
export function fixedIpsOf(json: string): FixedIp[] {
  const value: FixedIp[] = JSON.parse(json)
  return value
}

/** The ports of a router and the subnets they are on. */
export async function attachments(ctx: Ctx, routerId: string): Promise<{ ports: PortRow[]; subnets: SubnetRow[] }> {
  const ports = (await listPortsOfDevice(ctx, routerId)).filter((port) =>
    port.device_owner.startsWith('network:router_'),
  )
  const ids = ports.flatMap((port) => fixedIpsOf(port.fixed_ips).map((ip) => ip.subnet_id))
  return { ports, subnets: await findSubnets(ctx, [...new Set(ids)]) }
}

export async function surroundings(ctx: Ctx, routerId: string): Promise<Surroundings> {
  const { ports, subnets } = await attachments(ctx, routerId)
  return {
    cidrs: subnets.map((subnet) => subnet.cidr),
    addresses: ports.flatMap((port) => fixedIpsOf(port.fixed_ips).map((ip) => ip.ip_address)),
  }
}
