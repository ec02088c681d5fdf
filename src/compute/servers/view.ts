import { createHash } from 'node:crypto'
import { isoSeconds } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { selfLinks } from '../paging.ts'
import { naiveTimeOrNull } from '../times.ts'
import { instanceName, statusOf } from './rules.ts'
import type { NetworkCard, ServerRow } from './store/tables.ts'

/** What the caller may see beyond the plain view; decided once a request. */
export type ServerViewOptions = {
  readonly extended: boolean
  readonly extraSpecs: boolean
  /** State of each host, for those who may know it; null hides it. */
  readonly hostStatus: ReadonlyMap<string, string> | null
  /** Server groups are shown by show, not by the list. */
  readonly single: boolean
}

/** A server of GET /servers. */
export const viewServerBasic = (ctx: Ctx, row: ServerRow) => ({
  id: row.id,
  name: row.name,
  links: selfLinks(ctx, `/servers/${row.id}`),
})

type Flavor = { readonly id: string; readonly name: string; readonly extra_specs: Readonly<Record<string, string>> }

/** The JSON columns of a row. */
export const flavorOf = (row: Pick<ServerRow, 'flavor'>): Flavor => {
  const flavor: Flavor = JSON.parse(row.flavor)
  return flavor
}
export const cardsOf = (row: Pick<ServerRow, 'cards'>): readonly NetworkCard[] => {
  const cards: readonly NetworkCard[] = JSON.parse(row.cards)
  return cards
}
export const metadataOf = (row: Pick<ServerRow, 'metadata'>): Readonly<Record<string, string>> => {
  const metadata: Readonly<Record<string, string>> = JSON.parse(row.metadata)
  return metadata
}
export const tagsOf = (row: Pick<ServerRow, 'tags'>): readonly string[] => {
  const tags: readonly string[] = JSON.parse(row.tags)
  return tags
}

const inProgress = new Set(['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING'])

/** The same host looks different to every project: Nova's digest of both. */
const hostIdOf = (row: ServerRow): string =>
  row.host === null ? '' : createHash('sha224').update(`${row.project_id}${row.host}`).digest('hex')

/** Addresses by network, fixed before floating, as `GET /servers/{id}/ips` shows them too. */
export function viewAddresses(cards: readonly NetworkCard[], extended: boolean) {
  const networks: Record<string, unknown[]> = {}
  for (const card of cards) {
    const list = (networks[card.label] ??= [])
    for (const { address, floating } of card.ips) {
      for (const [addr, type] of [[address, 'fixed'] as const, ...floating.map((ip) => [ip, 'floating'] as const)]) {
        list.push({
          version: addr.includes(':') ? 6 : 4,
          addr,
          ...(extended ? { 'OS-EXT-IPS:type': type, 'OS-EXT-IPS-MAC:mac_addr': card.mac } : {}),
        })
      }
    }
  }
  return networks
}

function viewFlavor(ctx: Ctx, row: ServerRow, extraSpecs: boolean) {
  const flavor = flavorOf(row)
  if (ctx.version < 47)
    return { id: flavor.id, links: [{ rel: 'bookmark', href: `${ctx.baseUrl}/flavors/${flavor.id}` }] }
  return {
    vcpus: row.vcpus,
    ram: row.memory_mb,
    disk: row.root_gb,
    ephemeral: row.ephemeral_gb,
    swap: row.swap_mb,
    original_name: flavor.name,
    ...(extraSpecs ? { extra_specs: flavor.extra_specs } : {}),
  }
}

function viewImage(ctx: Ctx, row: ServerRow) {
  if (row.image_id === null) return ''
  const properties: unknown = ctx.version >= 98 ? JSON.parse(row.image_properties) : undefined
  return {
    id: row.image_id,
    links: [{ rel: 'bookmark', href: `${ctx.baseUrl}/images/${row.image_id}` }],
    ...(properties === undefined ? {} : { properties }),
  }
}

function extendedAttributes(ctx: Ctx, row: ServerRow) {
  return {
    'OS-EXT-SRV-ATTR:host': row.host,
    'OS-EXT-SRV-ATTR:instance_name': instanceName(row.number),
    'OS-EXT-SRV-ATTR:hypervisor_hostname': row.host,
    ...(ctx.version >= 3
      ? {
          'OS-EXT-SRV-ATTR:hostname': row.hostname,
          'OS-EXT-SRV-ATTR:kernel_id': '',
          'OS-EXT-SRV-ATTR:launch_index': row.launch_index,
          'OS-EXT-SRV-ATTR:ramdisk_id': '',
          'OS-EXT-SRV-ATTR:reservation_id': row.reservation_id,
          'OS-EXT-SRV-ATTR:root_device_name': row.root_device_name,
          'OS-EXT-SRV-ATTR:user_data': row.user_data,
        }
      : {}),
  }
}

function viewFault(ctx: Ctx, row: ServerRow) {
  if (row.fault === null || row.vm_state !== 'error') return {}
  const { details, ...fault }: { code: number; created: string; message: string; details?: string } = JSON.parse(
    row.fault,
  )
  const shown = details !== undefined && (fault.code !== 500 || ctx.caller.roles.includes('admin'))
  return { fault: shown ? { ...fault, details } : fault }
}

const groupNames = (row: ServerRow) => {
  const names = new Set(cardsOf(row).flatMap((card) => card.securityGroups))
  return names.size > 0 ? { security_groups: [...names].map((name) => ({ name })) } : {}
}

/** A server with everything, at the request's version. Source: nova/api/openstack/compute/views/servers.py. */
export function viewServer(ctx: Ctx, row: ServerRow, options: ServerViewOptions) {
  const { version } = ctx
  const status = row.deleted_at === null ? statusOf(row.vm_state, row.task_state) : 'DELETED'
  const hostStatus =
    version >= 16 ? (options.hostStatus?.get(row.host ?? '') ?? (options.hostStatus ? '' : undefined)) : undefined
  const hints: unknown = version >= 100 ? JSON.parse(row.scheduler_hints) : undefined
  return {
    id: row.id,
    name: row.name,
    status,
    tenant_id: row.project_id,
    user_id: row.user_id,
    metadata: metadataOf(row),
    hostId: hostIdOf(row),
    image: viewImage(ctx, row),
    flavor: viewFlavor(ctx, row, options.extraSpecs),
    created: isoSeconds(row.created_at),
    updated: isoSeconds(row.updated_at),
    addresses: row.vm_state === 'building' ? {} : viewAddresses(cardsOf(row), true),
    accessIPv4: row.access_ip_v4 ?? '',
    accessIPv6: row.access_ip_v6 ?? '',
    links: selfLinks(ctx, `/servers/${row.id}`),
    'OS-DCF:diskConfig': row.disk_config,
    ...viewFault(ctx, row),
    ...(inProgress.has(status) ? { progress: row.progress } : {}),
    'OS-EXT-AZ:availability_zone': row.availability_zone ?? '',
    config_drive: row.config_drive === 1 ? 'True' : '',
    key_name: row.key_name,
    'OS-SRV-USG:launched_at': naiveTimeOrNull(row.launched_at),
    'OS-SRV-USG:terminated_at': naiveTimeOrNull(row.terminated_at),
    ...groupNames(row),
    ...(options.extended ? extendedAttributes(ctx, row) : {}),
    'OS-EXT-STS:task_state': row.task_state,
    'OS-EXT-STS:vm_state': row.vm_state,
    'OS-EXT-STS:power_state': row.power_state,
    'os-extended-volumes:volumes_attached': [],
    ...(version >= 9 ? { locked: row.locked_by !== null } : {}),
    ...(hostStatus === undefined ? {} : { host_status: hostStatus }),
    ...(version >= 19 ? { description: row.description } : {}),
    ...(version >= 26 ? { tags: tagsOf(row) } : {}),
    ...(version >= 63 ? { trusted_image_certificates: null } : {}),
    ...(version >= 71 && options.single
      ? { server_groups: row.server_group_id === null ? [] : [row.server_group_id] }
      : {}),
    ...(version >= 73 ? { locked_reason: row.locked_reason } : {}),
    ...(version >= 90 && !options.extended ? { 'OS-EXT-SRV-ATTR:hostname': row.hostname } : {}),
    ...(version >= 96 ? { pinned_availability_zone: null } : {}),
    ...(hints === undefined ? {} : { scheduler_hints: hints }),
  }
}
