import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, type NewItem, readCreate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { badRequestFor, networkNotFound, neutronError } from '../../errors.ts'
import { findNetwork } from '../../networks/store.ts'
import { inRetriedTransaction, insertNewPorts } from '../../ports/operations/insert.ts'
import type { PortRow } from '../../ports/store.ts'
import { enforceQuota } from '../../quotas/operations.ts'
import { newStandard } from '../../standard.ts'
import { listSubnetsOf } from '../../subnets/store.ts'
import { floatingIpAttributes, floatingIpResource } from '../schemas.ts'
import { type FloatingIpRow, insertFloatingIp } from '../store.ts'
import { associate, floatingIpsChanged } from './associate.ts'
import { type FloatingIp, floatingIpTarget, withPorts } from './get.ts'

type Item = NewItem<typeof floatingIpAttributes>

/** The port that holds the address on the floating network; it belongs to no project. */
async function holdAddress(ctx: Ctx, deps: Deps, id: string, { values }: Item): Promise<PortRow> {
  const { floating_network_id: networkId, floating_ip_address: address, subnet_id: subnetId } = values
  const network = await findNetwork(ctx, networkId)
  if (network === undefined) throw networkNotFound(networkId)
  if (network.external === 0) {
    throw badRequestFor('floatingip', `Network ${networkId} is not a valid external network`)
  }
  const subnets = (await listSubnetsOf(ctx, [networkId])).filter((subnet) => subnet.ip_version === 4)
  const [first] = subnets
  if (first === undefined) {
    throw badRequestFor('floatingip', `Network ${networkId} does not contain any IPv4 subnet`)
  }
  const asked = {
    ...(subnetId === null ? {} : { subnet_id: subnetId }),
    ...(address === null ? {} : { ip_address: address }),
  }
  const anywhere = subnetId === null && address === null
  const hold = (request: { subnet_id?: string; ip_address?: string }): Promise<PortRow[]> =>
    insertNewPorts(ctx, deps, [
      {
        id: newUuid(),
        networkId,
        projectId: '',
        fixedIps: [request],
        deviceId: id,
        deviceOwner: 'network:floatingip',
        portSecurity: false,
        securityGroups: [],
        status: 'N/A',
      },
    ])
  const [port] = await hold(anywhere ? { subnet_id: first.id } : asked)
  if (port !== undefined) return port
  throw neutronError(
    'badRequest',
    'ExternalIpAddressExhausted',
    `Unable to find any IP address on external network ${networkId}.`,
  )
}

async function createFloatingIp(ctx: Ctx, deps: Deps, item: Item): Promise<FloatingIpRow> {
  const { values, projectId } = item
  await enforceQuota(ctx, projectId, 'floatingip', 1)
  const id = newUuid()
  const port = await holdAddress(ctx, deps, id, item)
  const held: { ip_address: string }[] = JSON.parse(port.fixed_ips)
  const fixed = {
    id,
    project_id: projectId,
    floating_network_id: values.floating_network_id,
    floating_ip_address: held[0]?.ip_address ?? '',
  }
  const row: FloatingIpRow = {
    ...fixed,
    name: '',
    description: values.description,
    ...newStandard(ctx.now, 0),
    tags: JSON.stringify(values.tags ?? []),
    status: 'DOWN',
    floating_port_id: port.id,
    ...(await associate(ctx, fixed, values.port_id, values.fixed_ip_address)),
  }
  await insertFloatingIp(ctx, row)
  await floatingIpsChanged(ctx, deps, [row])
  return row
}

/**
 * Creates the floating IPs of a request, all or none.
 * @throws notFound (network, port, way), conflict (quota, address), badRequest
 */
export async function createFloatingIps(
  ctx: Ctx,
  deps: Deps,
  body: unknown,
): Promise<{ floatingIps: FloatingIp[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, floatingIpResource, body)
  for (const item of items) {
    authorizeItem(ctx, 'create_floatingip', floatingIpResource, item, floatingIpTarget({ project_id: item.projectId }))
  }
  const floatingIps = await inRetriedTransaction(ctx, async (tx) => {
    const rows: FloatingIpRow[] = []
    for (const item of items) rows.push(await createFloatingIp(tx, deps, item))
    return withPorts(tx, rows)
  })
  return { floatingIps, bulk }
}
