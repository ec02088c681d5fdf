import type { ServerPort } from '../doors.ts'
import { tapName } from './rules.ts'
import type { NetworkCard } from './store/tables.ts'

/** Ports as they are kept with the server, tags by port id. */
export const cardsFromPorts = (ports: readonly ServerPort[], tags: ReadonlyMap<string, string | null>): NetworkCard[] =>
  ports.map((port) => ({
    portId: port.id,
    networkId: port.networkId,
    label: port.networkName,
    mac: port.mac,
    mtu: port.mtu,
    tap: tapName(port.id),
    tag: tags.get(port.id) ?? null,
    ips: port.fixedIps.map(({ subnetId, address }) => ({
      address,
      subnetId,
      floating: port.floatingIps.filter(({ fixed }) => fixed === address).map(({ floating }) => floating),
    })),
    securityGroups: port.securityGroups,
  }))
