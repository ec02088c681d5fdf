// From rows to what the fabric is told. Each kind costs a fixed number of queries however many objects are asked for; an object that
// is not in the result has gone, and the fabric must forget it.
import type { Ctx } from '#platform/context.ts'
import type { Deps } from '../deps.ts'
import type {
  FabricFloatingIp,
  FabricNetwork,
  FabricPort,
  FabricSecurityGroup,
  FabricSubnet,
} from '../drivers/driver.ts'
import { findFloatingIps } from '../floatingips/store.ts'
import { findNetworks } from '../networks/store.ts'
import { findPorts, listMetadataPorts, type PortRow } from '../ports/store.ts'
import { listRulesOf } from '../security-group-rules/store.ts'
import { findSecurityGroups } from '../security-groups/store.ts'
import { findSubnets, type SubnetRow } from '../subnets/store.ts'
import { textList } from '../visibility.ts'

export type FixedIp = { readonly subnet_id: string; readonly ip_address: string }

/** A list that was stored as JSON by this service. */
export function storedList<T>(json: string): T[] {
  const value: T[] = JSON.parse(json)
  return value
}

export const prefixOf = (cidr: string): number => Number(cidr.split('/')[1] ?? 0)

export const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.id, row]))

/** Addresses of a port with the prefix length of their subnets. */
export const fixedIpsFor = (port: PortRow, subnets: ReadonlyMap<string, SubnetRow>) =>
  storedList<FixedIp>(port.fixed_ips).map(({ subnet_id, ip_address }) => ({
    subnetId: subnet_id,
    ipAddress: ip_address,
    prefix: prefixOf(subnets.get(subnet_id)?.cidr ?? ''),
  }))

/** The subnets that some ports have addresses of. */
export const subnetsOfPorts = async (ctx: Ctx, ports: readonly PortRow[]): Promise<ReadonlyMap<string, SubnetRow>> => {
  const ids = ports.flatMap((port) => storedList<FixedIp>(port.fixed_ips).map((ip) => ip.subnet_id))
  return byId(await findSubnets(ctx, [...new Set(ids)]))
}

export async function assembleNetworks(ctx: Ctx, ids: readonly string[]): Promise<FabricNetwork[]> {
  return (await findNetworks(ctx, ids)).map((row) => ({
    id: row.id,
    name: row.name,
    revision: row.revision_number,
    mtu: row.mtu,
    type: row.network_type,
    physicalNetwork: row.physical_network,
    segmentationId: row.segmentation_id,
    segmentId: row.segment_id,
    external: row.external === 1,
    availabilityZoneHints: textList(row.availability_zone_hints),
  }))
}

/** Subnets with DHCP; the others are nothing to the fabric. */
export async function assembleSubnets(ctx: Ctx, deps: Deps, ids: readonly string[]): Promise<FabricSubnet[]> {
  const rows = (await findSubnets(ctx, ids)).filter((row) => row.enable_dhcp === 1)
  const networkIds = [...new Set(rows.map((row) => row.network_id))]
  const networks = byId(await findNetworks(ctx, networkIds))
  const metadata = new Map<string, string>()
  for (const port of await listMetadataPorts(ctx, networkIds)) {
    for (const ip of storedList<FixedIp>(port.fixed_ips)) metadata.set(ip.subnet_id, ip.ip_address)
  }
  return rows.map((row) => {
    const own = textList(row.dns_nameservers)
    const fallback = deps.settings.dnsServers.filter((server) => server.includes(':') === (row.ip_version === 6))
    return {
      id: row.id,
      networkId: row.network_id,
      revision: row.revision_number,
      ipVersion: row.ip_version,
      cidr: row.cidr,
      gatewayIp: row.gateway_ip,
      mtu: networks.get(row.network_id)?.mtu ?? 0,
      dnsNameservers: own.length > 0 ? own : fallback,
      hostRoutes: storedList(row.host_routes),
      ipv6AddressMode: row.ipv6_address_mode,
      metadataIp: metadata.get(row.id) ?? null,
    }
  })
}

type StoredPair = { readonly ip_address: string; readonly mac_address: string }
type StoredOption = { readonly opt_name: string; readonly opt_value: string | null; readonly ip_version: number }

/** All ports but those of floating IPs, which OVN has no switch port for. */
export async function assemblePorts(ctx: Ctx, ids: readonly string[]): Promise<FabricPort[]> {
  const rows = (await findPorts(ctx, ids)).filter((row) => row.device_owner !== 'network:floatingip')
  const subnets = await subnetsOfPorts(ctx, rows)
  const networks = byId(await findNetworks(ctx, [...new Set(rows.map((row) => row.network_id))]))
  return rows.map((row) => ({
    id: row.id,
    networkId: row.network_id,
    name: row.name,
    revision: row.revision_number,
    projectId: row.project_id,
    deviceId: row.device_id,
    deviceOwner: row.device_owner,
    macAddress: row.mac_address,
    fixedIps: fixedIpsFor(row, subnets),
    adminStateUp: row.admin_state_up === 1,
    portSecurity: row.port_security_enabled === 1,
    securityGroups: textList(row.security_groups),
    allowedAddressPairs: storedList<StoredPair>(row.allowed_address_pairs).map((pair) => ({
      macAddress: pair.mac_address,
      ipAddress: pair.ip_address,
    })),
    extraDhcpOpts: storedList<StoredOption>(row.extra_dhcp_opts).map((option) => ({
      name: option.opt_name,
      value: option.opt_value ?? '',
      ipVersion: option.ip_version,
    })),
    host: row.host_id,
    vnicType: row.vnic_type,
    mtu: networks.get(row.network_id)?.mtu ?? 0,
  }))
}

/** Floating IPs that lead somewhere. */
export async function assembleFloatingIps(ctx: Ctx, ids: readonly string[]): Promise<FabricFloatingIp[]> {
  const rows = await findFloatingIps(ctx, ids)
  const ports = byId(
    await findPorts(
      ctx,
      rows.map((row) => row.floating_port_id),
    ),
  )
  return rows.flatMap((row) => {
    const { router_id: routerId, port_id: portId, fixed_ip_address: fixedIpAddress } = row
    if (routerId === null || portId === null || fixedIpAddress === null) return []
    return [
      {
        id: row.id,
        revision: row.revision_number,
        networkId: row.floating_network_id,
        routerId,
        portId,
        floatingIpAddress: row.floating_ip_address,
        fixedIpAddress,
        macAddress: ports.get(row.floating_port_id)?.mac_address ?? '',
      },
    ]
  })
}

export async function assembleSecurityGroups(ctx: Ctx, ids: readonly string[]): Promise<FabricSecurityGroup[]> {
  const rows = await findSecurityGroups(ctx, ids)
  const rules = Map.groupBy(
    await listRulesOf(
      ctx,
      rows.map((row) => row.id),
    ),
    (rule) => rule.security_group_id,
  )
  return rows.map((row) => ({
    id: row.id,
    revision: row.revision_number,
    stateful: row.stateful === 1,
    rules: (rules.get(row.id) ?? []).map((rule) => ({
      id: rule.id,
      direction: rule.direction,
      ethertype: rule.ethertype,
      protocol: rule.protocol,
      portRangeMin: rule.port_range_min,
      portRangeMax: rule.port_range_max,
      remoteIpPrefix: rule.remote_ip_prefix,
      remoteGroupId: rule.remote_group_id,
    })),
  }))
}
