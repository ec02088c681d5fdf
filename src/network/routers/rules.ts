import { containsAddress, overlaps, parseAddress, parseCidr } from '#lib/cidr/cidr.ts'
import { CloudError } from '#platform/errors.ts'
import type { Route } from '../attributes/addresses.ts'

const MAX_ROUTES = 30

const error = (kind: 'badRequest' | 'conflict', type: string, message: string): CloudError =>
  new CloudError(kind, message, { code: type })

type Subnet = { readonly id: string; readonly cidr: string }

/** What a router is linked to: the networks around it and its own addresses there. */
export type Surroundings = { readonly cidrs: readonly string[]; readonly addresses: readonly string[] }

const shownRoutes = (routes: readonly Route[]): string =>
  `[${routes.map(({ destination, nexthop }) => `{'destination': '${destination}', 'nexthop': '${nexthop}'}`).join(', ')}]`

/** Each next hop is a neighbour, and not the router itself. */
export function checkRoutes(routerId: string, routes: readonly Route[], { cidrs, addresses }: Surroundings): void {
  if (routes.length > MAX_ROUTES) {
    const message = `Unable to complete operation for ${routerId}. The number of routes exceeds the maximum ${MAX_ROUTES}.`
    throw error('badRequest', 'RoutesExhausted', message)
  }
  const refuse = (reason: string): CloudError =>
    error('badRequest', 'InvalidRoutes', `Invalid format for routes: ${shownRoutes(routes)}, ${reason}`)
  for (const { nexthop } of routes) {
    const hop = parseAddress(nexthop)
    const reachable = cidrs.some((text) => {
      const cidr = parseCidr(text)
      return cidr !== undefined && hop !== undefined && containsAddress(cidr, hop)
    })
    if (!reachable) throw refuse('the nexthop is not connected with router')
    if (addresses.includes(nexthop)) throw refuse('the nexthop is used by router')
  }
}

/** The networks of a router are apart from each other. */
export function checkApart(attached: readonly Subnet[], added: readonly Subnet[]): void {
  for (const other of attached) {
    for (const subnet of added) {
      const refuse = (message: string): CloudError =>
        error('badRequest', 'BadRequest', `Bad router request: ${message}.`)
      if (other.id === subnet.id) throw refuse(`Router already has a port on subnet ${subnet.id}`)
      const [a, b] = [parseCidr(other.cidr), parseCidr(subnet.cidr)]
      if (a !== undefined && b !== undefined && overlaps(a, b)) {
        throw refuse(
          `Cidr ${subnet.cidr} of subnet ${subnet.id} overlaps with cidr ${other.cidr} of subnet ${other.id}`,
        )
      }
    }
  }
}
