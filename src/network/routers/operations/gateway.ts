// A router's way out: a port on an external network, which belongs to no project.
import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'
import type { Deps } from '../../deps.ts'
import { badRequestFor, networkNotFound, neutronError } from '../../errors.ts'
import { listFloatingIpsOfRouter } from '../../floatingips/store.ts'
import { findNetwork } from '../../networks/store.ts'
import { removePorts } from '../../ports/operations/delete.ts'
import { insertNewPorts } from '../../ports/operations/insert.ts'
import { applyPortChanges } from '../../ports/operations/update.ts'
import { findPorts } from '../../ports/store.ts'
import { listSubnetsOf } from '../../subnets/store.ts'
import { checkApart } from '../rules.ts'
import type { GatewayRequest } from '../schemas.ts'
import type { RouterRow } from '../store.ts'
import { attachments } from './get.ts'

type Columns = Pick<RouterRow, 'gateway_port_id' | 'gateway_network_id' | 'gateway_fixed_ips' | 'enable_snat'>

const NO_GATEWAY: Columns = { gateway_port_id: null, gateway_network_id: null, gateway_fixed_ips: '[]', enable_snat: 1 }

async function checkNetwork(ctx: Ctx, request: GatewayRequest): Promise<void> {
  const { network_id: id, external_fixed_ips: ips = [] } = request
  const network = await findNetwork(ctx, id)
  if (network === undefined) throw networkNotFound(id)
  if (network.external === 0) throw badRequestFor('router', `Network ${id} is not an external network`)
  const gateways = (await listSubnetsOf(ctx, [id])).map((subnet) => subnet.gateway_ip)
  const taken = ips.find((ip) => ip.ip_address !== undefined && gateways.includes(ip.ip_address))
  if (taken !== undefined) {
    throw badRequestFor('router', `External IP ${taken.ip_address} is the same as the gateway IP`)
  }
}

async function addGateway(ctx: Ctx, deps: Deps, router: RouterRow, request: GatewayRequest): Promise<Columns> {
  const { subnets } = await attachments(ctx, router.id)
  checkApart(subnets, await listSubnetsOf(ctx, [request.network_id]))
  const asked = request.external_fixed_ips ?? []
  const [port] = await insertNewPorts(ctx, deps, [
    {
      id: newUuid(),
      networkId: request.network_id,
      projectId: '',
      fixedIps: asked.length === 0 ? undefined : asked,
      deviceId: router.id,
      deviceOwner: 'network:router_gateway',
      portSecurity: false,
      securityGroups: [],
    },
  ])
  if (port === undefined) throw new Error('the gateway port was not made')
  return {
    gateway_port_id: port.id,
    gateway_network_id: request.network_id,
    gateway_fixed_ips: port.fixed_ips,
    enable_snat: (request.enable_snat ?? true) ? 1 : 0,
  }
}

/** Takes a router's gateway away, unless floating IPs need it. */
export async function removeGateway(ctx: Ctx, deps: Deps, router: RouterRow): Promise<void> {
  if (router.gateway_port_id === null) return
  if ((await listFloatingIpsOfRouter(ctx, router.id)).length > 0) {
    throw neutronError(
      'conflict',
      'RouterExternalGatewayInUseByFloatingIp',
      `Gateway cannot be updated for router ${router.id}, since a gateway to external network ${router.gateway_network_id} is required by one or more floating IPs.`,
    )
  }
  await removePorts(ctx, deps, await findPorts(ctx, [router.gateway_port_id]))
}

async function changeAddresses(ctx: Ctx, deps: Deps, router: RouterRow, request: GatewayRequest): Promise<string> {
  const asked = request.external_fixed_ips ?? []
  const [port] = await findPorts(ctx, router.gateway_port_id === null ? [] : [router.gateway_port_id])
  if (asked.length === 0 || port === undefined) return router.gateway_fixed_ips
  await applyPortChanges(ctx, deps, port, { fixed_ips: [...asked] })
  return (await findPorts(ctx, [port.id]))[0]?.fixed_ips ?? router.gateway_fixed_ips
}

/** Makes a router's gateway as asked, inside a transaction; gives back the router's columns that say so. */
export async function setGateway(
  ctx: Ctx,
  deps: Deps,
  router: RouterRow,
  request: GatewayRequest | null,
): Promise<Columns> {
  if (request !== null) await checkNetwork(ctx, request)
  if (request !== null && request.network_id === router.gateway_network_id) {
    return {
      gateway_port_id: router.gateway_port_id,
      gateway_network_id: router.gateway_network_id,
      gateway_fixed_ips: await changeAddresses(ctx, deps, router, request),
      enable_snat: (request.enable_snat ?? true) ? 1 : 0,
    }
  }
  await removeGateway(ctx, deps, router)
  return request === null ? NO_GATEWAY : addGateway(ctx, deps, router, request)
}
