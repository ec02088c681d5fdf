import type { Ctx } from '#platform/context.ts'
import type { ComputeDoors, ServerPort } from '../doors.ts'
import { tapName } from './rules.ts'
import { findAnyServer } from './store/read.ts'
import type { NetworkCard } from './store/tables.ts'
import { updateServer } from './store/write.ts'
import { cardsOf } from './view.ts'

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

/**
 * Brings the cards that a server remembers in line with its ports: after a change of theirs, too.
 * @param newTags the tags of cards that it does not remember yet, by port id
 */
export async function refreshCards(
  ctx: Ctx,
  doors: ComputeDoors,
  serverId: string,
  newTags: ReadonlyMap<string, string | null> = new Map(),
): Promise<void> {
  const row = await findAnyServer(ctx, serverId)
  if (!row) return
  const known = cardsOf(row)
  const tags = new Map([...newTags, ...known.map((card) => [card.portId, card.tag] as const)])
  const ports = await doors.network.listServerPorts(ctx, serverId)
  // The order of the cards is the order of their plugging.
  const order = known.map((card) => card.portId)
  const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length)
  const cards = cardsFromPorts(
    [...ports].sort((a, b) => place(a.id) - place(b.id)),
    tags,
  )
  const text = JSON.stringify(cards)
  if (text !== row.cards) await updateServer(ctx, serverId, { cards: text })
}
