import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { revised } from '../standard.ts'
import { seesEverything } from '../visibility.ts'

/** Flags are 0/1; lists and dictionaries are JSON. */
export type PortRow = {
  id: string
  project_id: string
  name: string
  description: string
  tags: string
  revision_number: number
  created_at: number
  updated_at: number
  network_id: string
  mac_address: string
  admin_state_up: number
  status: string
  device_id: string
  device_owner: string
  fixed_ips: string
  security_groups: string
  allowed_address_pairs: string
  extra_dhcp_opts: string
  port_security_enabled: number
  host_id: string
  vnic_type: string
  vif_type: string
  vif_details: string
  profile: string
  made_for: string | null
}

export type PortSecurityGroupRow = { port_id: string; security_group_id: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_ports: PortRow
    network_port_security_groups: PortSecurityGroupRow
  }
}

/** Ports that the caller may see: its project's, and all on its networks. */
const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom('network_ports').selectAll()
  if (seesEverything(ctx)) return query
  const project = ctx.caller.projectId ?? ''
  return query.where((e) =>
    e.or([
      e('project_id', '=', project),
      e(
        'network_id',
        'in',
        e
          .selectFrom('network_networks')
          .select('network_networks.id')
          .where('network_networks.project_id', '=', project),
      ),
    ]),
  )
}

export const listPorts = async (ctx: Ctx, listing: Listing): Promise<PortRow[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

/** What tells one state of a port from another: an id can be used again, but not in the same millisecond. */
export type PortVersion = Pick<PortRow, 'id' | 'project_id' | 'revision_number' | 'created_at'>

/** As `listPorts`, of each port only which and in what state: for a list whose texts are known. */
export const listPortVersions = async (ctx: Ctx, listing: Listing): Promise<PortVersion[]> => {
  const query = visible(ctx).clearSelect().select(['id', 'project_id', 'revision_number', 'created_at'])
  return inOrder(listing, await applyListing(query, listing).execute())
}

export const findPort = (ctx: Ctx, id: string): Promise<PortRow | undefined> =>
  visible(ctx).where('id', '=', id).executeTakeFirst()

/** Ports by id, whoever they belong to. */
export const findPorts = async (ctx: Ctx, ids: readonly string[]): Promise<PortRow[]> =>
  ids.length === 0 ? [] : ctx.db.read.selectFrom('network_ports').selectAll().where('id', 'in', ids).execute()

export const listPortsOfDevice = (ctx: Ctx, deviceId: string): Promise<PortRow[]> =>
  ctx.db.read
    .selectFrom('network_ports')
    .selectAll()
    .where('device_id', '=', deviceId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

/** Ports that say they belong to servers. */
export const listServerPortOwners = (ctx: Ctx): Promise<Pick<PortRow, 'id' | 'device_id'>[]> =>
  ctx.db.read
    .selectFrom('network_ports')
    .select(['id', 'device_id'])
    .where('device_owner', 'like', 'compute:%')
    .where('device_id', '!=', '')
    .execute()

export const listPortsOfDevices = async (ctx: Ctx, deviceIds: readonly string[]): Promise<PortRow[]> =>
  deviceIds.length === 0
    ? []
    : ctx.db.read
        .selectFrom('network_ports')
        .selectAll()
        .where('device_id', 'in', deviceIds)
        .orderBy('created_at')
        .orderBy('id')
        .execute()

export const listPortsOfNetwork = (ctx: Ctx, networkId: string): Promise<PortRow[]> =>
  ctx.db.read.selectFrom('network_ports').selectAll().where('network_id', '=', networkId).execute()

/** The metadata ports of some networks. */
export const listMetadataPorts = async (ctx: Ctx, networkIds: readonly string[]): Promise<PortRow[]> =>
  networkIds.length === 0
    ? []
    : ctx.db.read
        .selectFrom('network_ports')
        .selectAll()
        .where('network_id', 'in', networkIds)
        .where('device_owner', '=', 'network:distributed')
        .execute()

/** Ports of one owner kind on a network. */
export const listPortsOwned = (ctx: Ctx, networkId: string, deviceOwner: string): Promise<PortRow[]> =>
  ctx.db.read
    .selectFrom('network_ports')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('device_owner', '=', deviceOwner)
    .execute()

export const findPortByMac = (ctx: Ctx, networkId: string, mac: string): Promise<{ id: string } | undefined> =>
  ctx.db.read
    .selectFrom('network_ports')
    .select('id')
    .where('network_id', '=', networkId)
    .where('mac_address', '=', mac)
    .executeTakeFirst()

/** Ids of the ports that the fabric should have: all but those of floating IPs, which OVN does not know. */
export const listFabricPortIds = async (ctx: Ctx): Promise<string[]> =>
  (
    await ctx.db.read
      .selectFrom('network_ports')
      .select('id')
      .where('device_owner', '!=', 'network:floatingip')
      .execute()
  ).map((row) => row.id)

/** Ports that should carry traffic when the fabric says so, with their present status. */
export const listPortStatuses = (ctx: Ctx): Promise<{ id: string; status: string }[]> =>
  ctx.db.read
    .selectFrom('network_ports')
    .select(['id', 'status'])
    .where('device_owner', '!=', 'network:floatingip')
    .execute()

export const insertPorts = (ctx: Ctx, rows: readonly PortRow[]) =>
  ctx.db.write.insertInto('network_ports').values(rows).execute()

/** Changes columns, and counts the revision up. */
export const updatePort = (ctx: Ctx, id: string, changes: Partial<Omit<PortRow, 'id'>>) =>
  ctx.db.write.updateTable('network_ports').set(revised(ctx, changes)).where('id', '=', id).execute()

/** Sets the status of several ports at once. */
export const setPortStatuses = async (ctx: Ctx, ids: readonly string[], status: string): Promise<void> => {
  if (ids.length === 0) return
  await ctx.db.write
    .updateTable('network_ports')
    .set(revised(ctx, { status }))
    .where('id', 'in', ids)
    .where('status', '!=', status)
    .execute()
}

export const deletePorts = async (ctx: Ctx, ids: readonly string[]): Promise<void> => {
  if (ids.length > 0) await ctx.db.write.deleteFrom('network_ports').where('id', 'in', ids).execute()
}

export const leaveSecurityGroups = async (ctx: Ctx, portIds: readonly string[]): Promise<void> => {
  if (portIds.length === 0) return
  await ctx.db.write.deleteFrom('network_port_security_groups').where('port_id', 'in', portIds).execute()
}

export const insertPortSecurityGroups = async (ctx: Ctx, rows: readonly PortSecurityGroupRow[]): Promise<void> => {
  if (rows.length > 0) await ctx.db.write.insertInto('network_port_security_groups').values(rows).execute()
}

export const replacePortSecurityGroups = async (ctx: Ctx, portId: string, groups: readonly string[]): Promise<void> => {
  await ctx.db.write.deleteFrom('network_port_security_groups').where('port_id', '=', portId).execute()
  await insertPortSecurityGroups(
    ctx,
    groups.map((id) => ({ port_id: portId, security_group_id: id })),
  )
}

/** Whose the ports in a security group are. */
export const listPortsInGroup = (ctx: Ctx, groupId: string): Promise<Pick<PortRow, 'device_id' | 'device_owner'>[]> =>
  ctx.db.read
    .selectFrom('network_ports')
    .innerJoin('network_port_security_groups', 'port_id', 'id')
    .where('security_group_id', '=', groupId)
    .select(['device_id', 'device_owner'])
    .execute()

/** Whether any port is in the security group. */
export const isSecurityGroupUsed = async (ctx: Ctx, groupId: string): Promise<boolean> =>
  (await ctx.db.read
    .selectFrom('network_port_security_groups')
    .select('port_id')
    .where('security_group_id', '=', groupId)
    .executeTakeFirst()) !== undefined
