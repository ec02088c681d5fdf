import type { Ctx } from '#platform/context.ts'

/** An address of a port. `ip_key` is the address in hexadecimal of fixed width, so that it sorts. */
export type IpAllocationRow = {
  subnet_id: string
  ip_key: string
  ip_address: string
  port_id: string
  network_id: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_ip_allocations: IpAllocationRow
  }
}

/** Keys taken between two, in order, at most `limit`. */
export const listTakenKeys = async (
  ctx: Ctx,
  subnetId: string,
  from: string,
  to: string,
  limit: number,
): Promise<string[]> => {
  const rows = await ctx.db.read
    .selectFrom('network_ip_allocations')
    .select('ip_key')
    .where('subnet_id', '=', subnetId)
    .where('ip_key', '>=', from)
    .where('ip_key', '<=', to)
    .orderBy('ip_key')
    .limit(limit)
    .execute()
  return rows.map((row) => row.ip_key)
}

export const findAllocation = (ctx: Ctx, subnetId: string, key: string): Promise<IpAllocationRow | undefined> =>
  ctx.db.read
    .selectFrom('network_ip_allocations')
    .selectAll()
    .where('subnet_id', '=', subnetId)
    .where('ip_key', '=', key)
    .executeTakeFirst()

/** The port with the address on the network. */
export const findAllocationOnNetwork = (
  ctx: Ctx,
  networkId: string,
  address: string,
): Promise<IpAllocationRow | undefined> =>
  ctx.db.read
    .selectFrom('network_ip_allocations')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('ip_address', '=', address)
    .executeTakeFirst()

export const listAllocationsOfPort = (ctx: Ctx, portId: string): Promise<IpAllocationRow[]> =>
  ctx.db.read.selectFrom('network_ip_allocations').selectAll().where('port_id', '=', portId).execute()

/** Ports with an address of the subnet, and whose they are. */
export const listUsersOfSubnet = (ctx: Ctx, subnetId: string) =>
  ctx.db.read
    .selectFrom('network_ip_allocations as a')
    .innerJoin('network_ports as p', 'p.id', 'a.port_id')
    .select(['a.port_id', 'a.ip_address', 'p.device_owner', 'p.device_id'])
    .where('a.subnet_id', '=', subnetId)
    .execute()

/** How many addresses of each subnet are taken. */
export const countBySubnet = (ctx: Ctx, subnetIds: readonly string[]) =>
  ctx.db.read
    .selectFrom('network_ip_allocations')
    .select((e) => ['subnet_id', e.fn.countAll<number>().as('used')])
    .where('subnet_id', 'in', subnetIds)
    .groupBy('subnet_id')
    .execute()

export const insertAllocations = async (ctx: Ctx, rows: readonly IpAllocationRow[]): Promise<void> => {
  if (rows.length > 0) await ctx.db.write.insertInto('network_ip_allocations').values(rows).execute()
}

export const deleteAllocationsOfPorts = async (ctx: Ctx, portIds: readonly string[]): Promise<void> => {
  if (portIds.length === 0) return
  await ctx.db.write.deleteFrom('network_ip_allocations').where('port_id', 'in', portIds).execute()
}

export const deleteAllocationsOfSubnets = async (ctx: Ctx, subnetIds: readonly string[]): Promise<void> => {
  if (subnetIds.length === 0) return
  await ctx.db.write.deleteFrom('network_ip_allocations').where('subnet_id', 'in', subnetIds).execute()
}
