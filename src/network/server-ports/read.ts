import type { Ctx } from '#platform/context.ts'
import { listFloatingIpsOfPorts } from '../floatingips/store.ts'
import { findNetworks } from '../networks/store.ts'
import type { PortRow } from '../ports/store.ts'
import { findSecurityGroups } from '../security-groups/store.ts'
import { textList } from '../visibility.ts'

/** A port as a server has it. */
export type ServerPort = {
  readonly id: string
  readonly networkId: string
  readonly networkName: string
  readonly mac: string
  readonly mtu: number
  readonly fixedIps: readonly { readonly subnetId: string; readonly address: string }[]
  readonly floatingIps: readonly { readonly fixed: string; readonly floating: string }[]
  readonly securityGroupIds: readonly string[]
  readonly securityGroups: readonly string[]
  readonly status: string
  /** Whether it was made for the server, and goes with it. */
  readonly ownedByServer: boolean
}

type StoredIp = { readonly subnet_id: string; readonly ip_address: string }

/** Ports with what a server must know around them: three queries for all. */
export async function toServerPorts(ctx: Ctx, rows: readonly PortRow[]): Promise<ServerPort[]> {
  if (rows.length === 0) return []
  const groupIds = [...new Set(rows.flatMap((row) => textList(row.security_groups)))]
  const networks = new Map(
    (await findNetworks(ctx, [...new Set(rows.map((row) => row.network_id))])).map((row) => [row.id, row]),
  )
  const names = new Map((await findSecurityGroups(ctx, groupIds)).map((row) => [row.id, row.name]))
  const floating = await listFloatingIpsOfPorts(
    ctx,
    rows.map((row) => row.id),
  )
  return rows.map((row) => {
    const stored: StoredIp[] = JSON.parse(row.fixed_ips)
    const network = networks.get(row.network_id)
    const ids = textList(row.security_groups)
    return {
      id: row.id,
      networkId: row.network_id,
      networkName: network?.name ?? '',
      mac: row.mac_address,
      mtu: network?.mtu ?? 0,
      fixedIps: stored.map((ip) => ({ subnetId: ip.subnet_id, address: ip.ip_address })),
      floatingIps: floating.flatMap((each) =>
        each.port_id === row.id && each.fixed_ip_address !== null
          ? [{ fixed: each.fixed_ip_address, floating: each.floating_ip_address }]
          : [],
      ),
      securityGroupIds: ids,
      securityGroups: ids.map((id) => names.get(id) ?? id),
      status: row.status,
      ownedByServer: row.made_for === row.device_id,
    }
  })
}
