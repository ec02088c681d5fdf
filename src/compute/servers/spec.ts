import type { Ctx } from '#platform/context.ts'
import { CloudError } from '#platform/errors.ts'
import type { BootImage, ImageDoor } from '../doors.ts'
import type { GuestRef, GuestSpec } from '../drivers/driver.ts'
import { configDriveFiles } from '../metadata/content.ts'
import { instanceName } from './rules.ts'
import type { ServerRow } from './store/tables.ts'
import { cardsOf, flavorOf } from './view.ts'

/** How a host knows a server. */
export const refOf = (row: Pick<ServerRow, 'id' | 'number'>): GuestRef => ({
  id: row.id,
  name: instanceName(row.number),
})

type Format = GuestSpec['image']['format']
const formats: Readonly<Record<string, Format>> = {
  raw: 'raw',
  ami: 'raw',
  qcow2: 'qcow2',
  iso: 'iso',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vhd',
  vhdx: 'vhdx',
}

/** The image of a server, or null where it is gone by now: a guest that exists does not need it. */
export async function imageOf(ctx: Ctx, image: ImageDoor, row: ServerRow): Promise<BootImage | null> {
  if (row.image_id === null) return null
  try {
    return await image.getBootImage(ctx, row.image_id)
  } catch (error) {
    if (error instanceof CloudError && error.status < 500) return null
    throw error
  }
}

/** All that a host must know to run a server. */
export function specOf(row: ServerRow, image: BootImage | null): GuestSpec {
  return {
    ...refOf(row),
    displayName: row.name,
    projectId: row.project_id,
    userId: row.user_id,
    flavorName: flavorOf(row).name,
    vcpus: row.vcpus,
    memoryMb: row.memory_mb,
    rootGb: row.root_gb,
    ephemeralGb: row.ephemeral_gb,
    swapMb: row.swap_mb,
    image: {
      id: row.image_id ?? '',
      name: image?.name ?? '',
      format: formats[image?.diskFormat ?? ''] ?? 'raw',
      path: image?.path ?? '',
    },
    interfaces: cardsOf(row).map((card) => ({
      portId: card.portId,
      networkId: card.networkId,
      mac: card.mac,
      tap: card.tap,
      bridge: 'br-int',
      mtu: card.mtu,
    })),
    configDrive: row.config_drive === 1 ? configDriveFiles(row) : null,
  }
}
