import { randomInt } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, type NewItem, readCreate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { neutronError } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { inRetriedTransaction, insertNewPorts, type NewPort } from '../../ports/operations/insert.ts'
import { enforceQuota } from '../../quotas/operations.ts'
import { newStandard } from '../../standard.ts'
import { MAX_VNI, maxMtu, mtuOf, type Segment, segmentInUse, segmentKey, segmentOf } from '../rules.ts'
import { networkAttributes, networkResource } from '../schemas.ts'
import { insertNetworks, isSegmentTaken, type NetworkRow } from '../store.ts'
import { networkTarget } from './get.ts'

type NetworkItem = NewItem<typeof networkAttributes>

const VNI_TRIES = 100

/** A free segment: the one asked for, or an overlay with an id nobody has. */
async function takeSegment(ctx: Ctx, asked: Segment, taken: Set<string>): Promise<Segment> {
  const isFree = async (segment: Segment): Promise<boolean> => {
    const key = segmentKey(segment)
    if (taken.has(key) || (await isSegmentTaken(ctx, key))) return false
    taken.add(key)
    return true
  }
  if (asked.network_type !== 'geneve' || asked.segmentation_id !== null) {
    if (await isFree(asked)) return asked
    throw segmentInUse(asked)
  }
  for (let tries = 0; tries < VNI_TRIES; tries++) {
    const segment = { ...asked, segmentation_id: randomInt(1, MAX_VNI + 1) }
    if (await isFree(segment)) return segment
  }
  throw neutronError(
    'unavailable',
    'NoNetworkAvailable',
    'Unable to create the network. No project network is available for allocation.',
  )
}

async function toRow(ctx: Ctx, deps: Deps, item: NetworkItem, taken: Set<string>): Promise<NetworkRow> {
  const { values } = item
  const asked = segmentOf(
    {
      type: values['provider:network_type'],
      physicalNetwork: values['provider:physical_network'],
      segmentationId: values['provider:segmentation_id'],
    },
    Object.keys(deps.settings.bridgeMappings),
  )
  const segment = await takeSegment(ctx, asked, taken)
  return {
    id: newUuid(),
    project_id: item.projectId,
    name: values.name,
    description: values.description,
    ...newStandard(ctx.now, 1),
    tags: JSON.stringify(values.tags ?? []),
    admin_state_up: values.admin_state_up ? 1 : 0,
    status: 'ACTIVE',
    shared: values.shared ? 1 : 0,
    external: values['router:external'] ? 1 : 0,
    mtu: mtuOf(values.mtu, maxMtu(segment, deps.settings.physicalMtu)),
    port_security_enabled: values.port_security_enabled ? 1 : 0,
    ...segment,
    segment_id: newUuid(),
    segment_key: segmentKey(segment),
    availability_zone_hints: JSON.stringify(values.availability_zone_hints),
    subnet_ids: '[]',
  }
}

/** The port through which a network's hosts reach the metadata service; each network has one. */
export const metadataPort = (network: NetworkRow): NewPort => ({
  id: newUuid(),
  networkId: network.id,
  projectId: network.project_id,
  fixedIps: [],
  deviceId: `ovnmeta-${network.id}`,
  deviceOwner: 'network:distributed',
  portSecurity: false,
  securityGroups: [],
})

/**
 * Creates the networks of a request, all or none.
 * @throws conflict (quota, segment), badRequest
 */
export async function createNetworks(
  ctx: Ctx,
  deps: Deps,
  body: unknown,
): Promise<{ networks: NetworkRow[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, networkResource, body)
  for (const item of items) {
    const { shared, 'router:external': external } = item.values
    const target = networkTarget({ project_id: item.projectId, shared: shared ? 1 : 0, external: external ? 1 : 0 })
    authorizeItem(ctx, 'create_network', networkResource, item, target)
  }
  const networks = await inRetriedTransaction(ctx, async (tx) => {
    for (const [projectId, own] of Map.groupBy(items, (item) => item.projectId)) {
      await enforceQuota(tx, projectId, 'network', own.length)
    }
    const taken = new Set<string>()
    const rows: NetworkRow[] = []
    for (const item of items) rows.push(await toRow(tx, deps, item, taken))
    await insertNetworks(tx, rows)
    await fabricChanged(
      tx,
      deps,
      rows.map(({ id }) => ({ kind: 'network' as const, id })),
    )
    await insertNewPorts(tx, deps, rows.map(metadataPort))
    return rows
  })
  return { networks, bulk }
}
