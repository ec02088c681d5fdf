// The disks of a guest. Images are copied once into instances/_base and never written again: every root disk is a qcow2
// overlay on one of them. A file appears under its name only when it is whole, so a cut-off try is simply made again.
import { createHash } from 'node:crypto'
import { chmod, constants, copyFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { GuestSpec } from '#compute/drivers/driver.ts'
import { writeConfigDrive } from '#lib/config-drive/config-drive.ts'
import { run } from '#lib/exec/run.ts'
import type { DomainDisk } from '#lib/libvirt/domain.ts'
import { convertDisk, createOverlay, type DiskFormat, diskInfo } from '#lib/qemu-img/qemu-img.ts'
import { conflict } from '#platform/errors.ts'
import { createTurns } from '../../in-turn.ts'
import { exists, type GuestPlaces } from './places.ts'

const gib = 1024 ** 3
const mib = 1024 ** 2

/** Formats of images as qemu-img names them. An ISO is read as it is. */
const formats: Readonly<Record<GuestSpec['image']['format'], DiskFormat>> = {
  raw: 'raw',
  iso: 'raw',
  qcow2: 'qcow2',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vpc',
  vhdx: 'vhdx',
}

export interface Disks {
  /** Makes what is missing of a guest's disks, and lists them in the order of their device names. */
  readonly prepare: (spec: GuestSpec, places: GuestPlaces) => Promise<DomainDisk[]>
}

export function createDisks(instances: string): Disks {
  const inTurn = createTurns()
  const bases = path.join(instances, '_base')

  /** The image in the cache: qcow2 as it is, everything else that is not raw converted. */
  const base = async (image: GuestSpec['image']): Promise<{ file: string; format: 'raw' | 'qcow2' }> => {
    const given = formats[image.format]
    const format = given === 'raw' ? 'raw' : 'qcow2'
    const file = path.join(bases, `${createHash('sha1').update(image.id).digest('hex')}.${format}`)
    await inTurn(file, async () => {
      if (await exists(file)) return
      await mkdir(bases, { recursive: true, mode: 0o711 })
      const fresh = `${file}.new`
      await rm(fresh, { force: true })
      if (given === format) await copyFile(image.path, fresh, constants.COPYFILE_FICLONE)
      else await convertDisk(image.path, given, fresh, format)
      // The image service has refused such images; here they would open files of the host.
      const { backingFile, dataFile } = await diskInfo(fresh, format)
      if (backingFile !== undefined || dataFile !== undefined) {
        await rm(fresh, { force: true })
        throw conflict(`Image ${image.id} is unacceptable: it refers to another file`)
      }
      await chmod(fresh, 0o644)
      await rename(fresh, file)
    })
    return { file, format }
  }

  const whole = async (file: string, make: (fresh: string) => Promise<void>): Promise<void> => {
    if (await exists(file)) return
    const fresh = `${file}.new`
    await rm(fresh, { force: true })
    await make(fresh)
    await rename(fresh, file)
  }

  const rootDisk = async (spec: GuestSpec, places: GuestPlaces): Promise<DomainDisk> => {
    const { file, format } = await base(spec.image)
    if (spec.image.format === 'iso') return { file, format, device: 'cdrom', target: 'hda' }
    await whole(places.disk, async (fresh) => {
      const { virtualSize } = await diskInfo(file, format)
      const bytes = spec.rootGb === 0 ? virtualSize : spec.rootGb * gib
      if (bytes < virtualSize) {
        throw conflict(
          `Flavor's disk is too small for requested image. Flavor disk is ${bytes} bytes, image is ${virtualSize} bytes.`,
        )
      }
      await createOverlay(fresh, file, format, bytes)
    })
    return { file: places.disk, format: 'qcow2', device: 'disk', target: 'vda' }
  }

  return {
    prepare: async (spec, places) => {
      await mkdir(places.directory, { recursive: true, mode: 0o711 })
      const disks = [await rootDisk(spec, places)]
      const add = (file: string): void => {
        const used = disks.filter(({ device }) => device === 'disk').length
        disks.push({ file, format: 'raw', device: 'disk', target: `vd${'abcdef'[used] ?? ''}` })
      }
      if (spec.ephemeralGb > 0) {
        await whole(places.ephemeral, async (fresh) => {
          await sparse(fresh, spec.ephemeralGb * gib)
          await run(['mkfs.ext4', '-q', '-F', '-L', 'ephemeral0', fresh])
        })
        add(places.ephemeral)
      }
      if (spec.swapMb > 0) {
        await whole(places.swap, async (fresh) => {
          await sparse(fresh, spec.swapMb * mib)
          await run(['mkswap', fresh])
        })
        add(places.swap)
      }
      if (spec.configDrive !== null) {
        const files = spec.configDrive.map((file) => ({ path: file.path, content: Buffer.from(file.base64, 'base64') }))
        await whole(places.configDrive, (fresh) => writeConfigDrive(files, fresh))
        disks.push({ file: places.configDrive, format: 'raw', device: 'cdrom', target: 'hdb' })
      }
      return disks
    },
  }
}

async function sparse(file: string, bytes: number): Promise<void> {
  await writeFile(file, '', { mode: 0o600 })
  await truncate(file, bytes)
}
