import { randomBytes, randomInt } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, CloudError, forbidden } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import type { Platform } from '#platform/platform.ts'
import type { BootImage, ComputeDoors, PortRequest } from '../../doors.ts'
import { overQuota } from '../../errors.ts'
import { isZoneAvailable } from '../../availability-zones/operations.ts'
import { getFlavor } from '../../flavors/operations.ts'
import type { FlavorRow } from '../../flavors/store.ts'
import { extraSpecsOf } from '../../flavors/view.ts'
import { beginAction } from '../../instance-actions/store.ts'
import { findKeypair } from '../../keypairs/store.ts'
import { isTrue } from '../../parameters.ts'
import { fits } from '../../quotas/rules.ts'
import { getQuotas } from '../../quotas/store.ts'
import { checkRoom, findHintedGroup } from '../../server-groups/operations.ts'
import { canonicalIp, checkNetworks, hostnameOf } from '../rules.ts'
import type { CreateServersSaga } from '../sagas/create.ts'
import type { CreateServer } from '../schemas.ts'
import type { NewServerRow } from '../store/tables.ts'
import { listServices } from '../../services/store.ts'
import { usageOfProject } from '../store/usage.ts'
import { insertServer } from '../store/write.ts'

/** What the API answers a creation with. */
export type CreatedServers = {
  readonly reservationId: string
  readonly firstId: string
  readonly adminPass: string
  readonly diskConfig: string
  readonly groups: readonly string[]
}

type Body = CreateServer['server']

/** Twelve letters and digits, without those that look alike. */
function newPassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')
}

/** What Nova passes on as 400, whatever the other service called it. */
async function asBadRequest<T>(action: Promise<T>): Promise<T> {
  try {
    return await action
  } catch (error) {
    if (error instanceof CloudError && error.status === 404) throw badRequest(error.message)
    throw error
  }
}

async function findImage(ctx: Ctx, doors: ComputeDoors, id: string): Promise<BootImage> {
  try {
    return await doors.image.getBootImage(ctx, id)
  } catch (error) {
    if (!(error instanceof CloudError)) throw error
    if (error.status === 404) throw badRequest('Can not find requested image')
    // It has no data, or is deactivated.
    throw error.status === 409 ? badRequest(error.message) : error
  }
}

const gib = 1024 ** 3

/** The image must have data and fit the flavor. Messages of nova/exception.py. */
function checkImage(ctx: Ctx, image: BootImage, flavor: FlavorRow): void {
  if (image.minRam > flavor.memory_mb) throw badRequest("Flavor's memory is too small for requested image.")
  if (flavor.root_gb === 0) {
    ctx.authorize('os_compute_api:servers:create:zero_disk_flavor')
    return
  }
  const size = Math.max(image.size, image.virtualSize ?? 0)
  if (size > flavor.root_gb * gib) {
    throw badRequest(
      `Flavor's disk is too small for requested image. Flavor disk is ${flavor.root_gb * gib} bytes, image is ${size} bytes.`,
    )
  }
  if (image.minDisk > flavor.root_gb) {
    throw badRequest(
      `Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${flavor.root_gb * gib} bytes, minimum size is ${image.minDisk * gib} bytes.`,
    )
  }
}

/** The body's networks as the network service is asked for them. Before 2.37 none given means "auto". */
function wantedNetworks(ctx: Ctx, { networks }: Body, maxCount: number) {
  if (networks === undefined || networks === 'auto') {
    if (networks === undefined && ctx.version >= 37) throw badRequest("'networks' is a required property")
    return { kind: 'auto' as const }
  }
  if (networks === 'none') return { kind: 'none' as const }
  checkNetworks(networks, maxCount)
  return {
    kind: 'list' as const,
    items: networks.map((item) => ({
      networkId: item.uuid ?? null,
      portId: item.port ?? null,
      fixedIp: item.fixed_ip ?? null,
      tag: item.tag ?? null,
    })),
  }
}

/** `zone:host:node`, which only administrators may ask for. */
async function parseZone(ctx: Ctx, body: Body): Promise<{ zone: string | null; host: string | null }> {
  const [zone, host, node, ...rest] = (body.availability_zone ?? '').split(':')
  if (rest.length > 0) throw badRequest('Invalid input received: Unable to parse availability_zone')
  const forced = host || node || null
  if (forced !== null) ctx.authorize('os_compute_api:servers:create:forced_host')
  const requested = body.host ?? body.hypervisor_hostname ?? null
  if (requested !== null) {
    ctx.authorize('compute:servers:create:requested_destination')
    if (forced !== null) {
      throw badRequest(
        'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.',
      )
    }
    const hosts = await listServices(ctx, { binary: 'nova-compute' })
    if (hosts.every((service) => service.host !== requested)) {
      throw badRequest(`Compute host ${requested} could not be found.`)
    }
  }
  if (zone && forced === null && !(await isZoneAvailable(ctx, zone))) {
    throw badRequest('The requested availability zone is not available')
  }
  return { zone: zone || null, host: forced ?? requested }
}

function checkUserData(text: string | undefined): string | null {
  if (text === undefined) return null
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text.replace(/\s/g, '')))
    throw badRequest('User data needs to be valid base 64.')
  return text
}

/** Makes the operation that creates servers. */
export function createServerCreation(platform: Platform, doors: ComputeDoors, saga: CreateServersSaga) {
  /** Creates one or more servers: rows now, the rest by a saga each. @throws badRequest, forbidden (policy, quota) */
  return async (ctx: Ctx, { server: body, ...rest }: CreateServer): Promise<CreatedServers> => {
    ctx.authorize('os_compute_api:servers:create')
    if (
      (body.block_device_mapping_v2 ?? body.block_device_mapping ?? []).some((device) =>
        JSON.stringify(device).includes('volume'),
      )
    ) {
      throw badRequest('Block Device Mapping is Invalid: this cloud has no volumes yet.')
    }
    const min = Number(body.min_count ?? 1)
    const max = Number(body.max_count ?? min)
    if (min > max) throw badRequest('min_count must be <= max_count')
    const { zone, host } = await parseZone(ctx, body)
    const userData = checkUserData(body.user_data)
    if (body.imageRef === undefined || body.imageRef === '') throw badRequest('Missing imageRef attribute')
    const flavor = await asBadRequest(getFlavor(ctx, String(body.flavorRef)))
    const image = await findImage(ctx, doors, body.imageRef)
    checkImage(ctx, image, flavor)
    const key = body.key_name === undefined ? undefined : await findKeypair(ctx, ctx.caller.userId, body.key_name)
    if (body.key_name !== undefined && !key) throw badRequest('Invalid key_name provided.')
    const quotas = await getQuotas(ctx, ctx.caller.projectId ?? '')
    const metadata = body.metadata ?? {}
    if (!fits(quotas.metadata_items, Object.keys(metadata).length)) {
      throw forbidden(`Maximum number of metadata items exceeds ${quotas.metadata_items}`)
    }
    const wanted = wantedNetworks(ctx, body, max)
    if (wanted.kind === 'list' && wanted.items.length > 0) ctx.authorize('os_compute_api:servers:create:attach_network')
    const plan = await asBadRequest(doors.network.planPorts(ctx, wanted, max))
    const groupNames = [
      ...new Set((body.security_groups ?? []).flatMap((group) => (group.name === undefined ? [] : [group.name]))),
    ]
    const groups = await asBadRequest(doors.network.resolveSecurityGroups(ctx, groupNames))

    const hints = rest['os:scheduler_hints'] ?? rest['OS-SCH-HNT:scheduler_hints'] ?? {}
    const [groupHint] = [hints.group ?? []].flat()
    const serverGroup = await findHintedGroup(ctx, groupHint)

    const reservationId = `r-${randomBytes(5).toString('hex').slice(0, 8)}`
    const adminPass = body.adminPass ?? newPassword()
    const rowOf = (index: number, count: number): NewServerRow => {
      const id = newUuid()
      const name = count === 1 ? body.name : `${body.name}-${index + 1}`
      return {
        id,
        revision: 1,
        name,
        hostname: body.hostname ?? hostnameOf(name, id),
        description: ctx.version >= 19 ? (body.description ?? null) : name,
        project_id: ctx.caller.projectId ?? '',
        user_id: ctx.caller.userId,
        vm_state: 'building',
        task_state: 'scheduling',
        power_state: 0,
        host: null,
        node_id: null,
        availability_zone: zone,
        vcpus: flavor.vcpus,
        memory_mb: flavor.memory_mb,
        root_gb: flavor.root_gb,
        ephemeral_gb: flavor.ephemeral_gb,
        swap_mb: flavor.swap_mb,
        flavor: JSON.stringify({ id: flavor.id, name: flavor.name, extra_specs: extraSpecsOf(flavor) }),
        image_id: image.id,
        image_properties: JSON.stringify(image.properties),
        key_name: key?.name ?? null,
        public_key: key?.public_key ?? null,
        user_data: userData,
        metadata: JSON.stringify(metadata),
        tags: JSON.stringify([...new Set(body.tags ?? [])].sort()),
        cards: '[]',
        security_groups: JSON.stringify(groupNames.length > 0 ? groupNames : ['default']),
        scheduler_hints: JSON.stringify(hints),
        server_group_id: serverGroup,
        config_drive: isTrue(body.config_drive) ? 1 : 0,
        disk_config: body['OS-DCF:diskConfig'] ?? 'MANUAL',
        access_ip_v4: canonicalIp(body.accessIPv4),
        access_ip_v6: canonicalIp(body.accessIPv6),
        locked_by: null,
        locked_reason: null,
        launch_index: index,
        reservation_id: reservationId,
        root_device_name: '/dev/vda',
        progress: 0,
        fault: null,
        launched_at: null,
        terminated_at: null,
        created_at: ctx.now,
        updated_at: ctx.now,
        deleted_at: null,
      }
    }

    const rows = await inTransaction(ctx, async (tx) => {
      const usage = await usageOfProject(tx, ctx.caller.projectId ?? '')
      const room = (limit: number, used: number, each: number) =>
        limit < 0 || each === 0 ? max : Math.floor((limit - used) / each)
      const checks = [
        { name: 'instances', limit: quotas.instances, used: usage.servers, each: 1 },
        { name: 'cores', limit: quotas.cores, used: usage.vcpus, each: flavor.vcpus },
        { name: 'ram', limit: quotas.ram, used: usage.memoryMb, each: flavor.memory_mb },
      ] as const
      const tight = checks.filter(({ limit, used, each }) => room(limit, used, each) < min)
      if (tight.length > 0) throw overQuota(tight.map((check) => ({ ...check, requested: check.each * min })))
      const count = Math.max(min, Math.min(max, ...checks.map(({ limit, used, each }) => room(limit, used, each))))
      if (serverGroup !== null) await checkRoom(tx, serverGroup, count, quotas.server_group_members)
      const made = Array.from({ length: count }, (_, index) => rowOf(index, count))
      for (const row of made) {
        await insertServer(tx, row)
        await beginAction(tx, row, 'create')
        const ports: PortRequest[] = plan.map(({ networkId, portId, fixedIp, tag }) => ({
          portId: portId ?? newUuid(),
          existing: portId !== null,
          networkId,
          fixedIp,
          tag,
        }))
        const state = {
          serverId: row.id,
          adminPass,
          ports,
          securityGroupIds: groups.map((group) => group.id),
          zone,
          host,
          excluded: [],
        }
        await platform.work.start(tx, saga.begin(state), { resource: `server/${row.id}` })
      }
      return made
    })
    return {
      reservationId,
      firstId: rows[0]?.id ?? '',
      adminPass,
      diskConfig: body['OS-DCF:diskConfig'] ?? 'MANUAL',
      groups: groupNames.length > 0 ? groupNames : ['default'],
    }
  }
}
