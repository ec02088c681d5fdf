import type { Ctx } from '#platform/context.ts'
import type { FabricRouter, FabricRouterPort } from '../drivers/driver.ts'
import { findNetworks, type NetworkRow } from '../networks/store.ts'
import { listPortsOfDevices, type PortRow } from '../ports/store.ts'
import { findRouters } from '../routers/store.ts'
import type { SubnetRow } from '../subnets/store.ts'
import { textList } from '../visibility.ts'
import { byId, type FixedIp, fixedIpsFor, storedList, subnetsOfPorts } from './assemble.ts'

type Surroundings = {
  readonly networks: ReadonlyMap<string, NetworkRow>
  readonly subnets: ReadonlyMap<string, SubnetRow>
}

const subnetsOf = (port: PortRow, { subnets }: Surroundings): SubnetRow[] =>
  storedList<FixedIp>(port.fixed_ips).flatMap((ip) => subnets.get(ip.subnet_id) ?? [])

function toRouterPort(port: PortRow, around: Surroundings): FabricRouterPort {
  const network = around.networks.get(port.network_id)
  const subnets = subnetsOf(port, around)
  return {
    id: port.id,
    networkId: port.network_id,
    revision: port.revision_number,
    macAddress: port.mac_address,
    fixedIps: fixedIpsFor(port, around.subnets),
    networkType: network?.network_type ?? '',
    physicalNetwork: network?.physical_network ?? null,
    networkMtu: network?.mtu ?? 0,
    ipv4Cidrs: subnets.filter((subnet) => subnet.ip_version === 4).map((subnet) => subnet.cidr),
    ipv6AddressMode: subnets.find((subnet) => subnet.ipv6_address_mode !== null)?.ipv6_address_mode ?? null,
  }
}

function toGateway(port: PortRow, around: Surroundings): NonNullable<FabricRouter['gateway']> {
  const nexthops = subnetsOf(port, around).flatMap((subnet) =>
    subnet.gateway_ip === null
      ? []
      : [{ subnetId: subnet.id, ipVersion: subnet.ip_version, address: subnet.gateway_ip }],
  )
  return { ...toRouterPort(port, around), nexthops }
}

/** Routers with all their ports. */
export async function assembleRouters(ctx: Ctx, ids: readonly string[]): Promise<FabricRouter[]> {
  const rows = await findRouters(ctx, ids)
  const ports = (await listPortsOfDevices(ctx, ids)).filter((port) => port.device_owner.startsWith('network:router_'))
  const around = {
    networks: byId(await findNetworks(ctx, [...new Set(ports.map((port) => port.network_id))])),
    subnets: await subnetsOfPorts(ctx, ports),
  }
  const byRouter = Map.groupBy(ports, (port) => port.device_id)
  return rows.map((row) => {
    const own = byRouter.get(row.id) ?? []
    const gateway = own.find((port) => port.id === row.gateway_port_id)
    return {
      id: row.id,
      name: row.name,
      revision: row.revision_number,
      adminStateUp: row.admin_state_up === 1,
      availabilityZoneHints: textList(row.availability_zone_hints),
      interfaces: own
        .filter((port) => port.device_owner === 'network:router_interface')
        .map((port) => toRouterPort(port, around)),
      gateway: gateway === undefined ? null : toGateway(gateway, around),
      snat: row.enable_snat === 1,
      routes: storedList(row.routes),
    }
  })
}
