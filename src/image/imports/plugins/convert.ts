// qemu-img only ever sees data that was inspected a moment ago and found to be what the image says, and that needs no other file.
import { RunError } from '#lib/exec/run.ts'
import { createInspector, type Inspection } from '#lib/image-format/inspect.ts'
import { convertDisk, type DiskFormat, diskInfo, type DiskInfo } from '#lib/qemu-img/qemu-img.ts'
import type { Ctx } from '#platform/context.ts'
import { badRequest, tooLarge } from '#platform/errors.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import type { ImportDeps, ImportState } from '../saga/state.ts'

const ALLOWED_VMDK = ['streamOptimized', 'monolithicSparse']
const TIMEOUT_MS = 2 * 3_600_000

/** Formats by qemu-img's names. */
const drivers: ReadonlyMap<string, DiskFormat> = new Map([
  ['raw', 'raw'],
  ['qcow2', 'qcow2'],
  ['vmdk', 'vmdk'],
  ['vdi', 'vdi'],
  ['vhd', 'vpc'],
  ['vhdx', 'vhdx'],
])

/**
 * Writes staged data anew in the format that the operator wants.
 * Source of the rules and the words: glance/async_/flows/plugins/image_conversion.py.
 * @throws badRequest, tooLarge
 */
export const convertStaged = async (
  ctx: Ctx,
  { stores, sizeCap, limits }: ImportDeps,
  current: ImportState,
  image: ImageRow,
): Promise<Partial<ImportState>> => {
  const { convertTo, staged, imageId, unpacked, converted } = current
  if (convertTo === null) return {}
  const staging = stores.staging()
  // What came before the last step is of no more use, and would take as much space again.
  for (const name of [imageId, unpacked]) if (name !== staged) await staging.remove(name)
  const [from, to] = [staging.pathOf(staged), staging.pathOf(converted)]
  if (from === undefined || to === undefined) throw new Error('the staging area is not made of files')
  const declared = current.formats?.disk ?? image.disk_format ?? ''
  const detected = await detect(ctx, await staging.read(staged))
  if (detected === 'iso' && declared === 'iso') return {}
  if (detected === 'iso') throw badRequest('Image has disallowed configuration')
  const driver = drivers.get(declared)
  if (detected !== declared || driver === undefined) throw badRequest('Image format mismatch')
  try {
    const info = await diskInfo(from, driver)
    checkInfo(info, driver)
    if (declared === convertTo) return {}
    if (info.virtualSize > sizeCap) {
      throw tooLarge(`The disk in image ${imageId} has ${info.virtualSize} bytes, more than an image may have.`)
    }
    // A few kilobytes can hold a disk of terabytes: what it becomes must fit before it is written out.
    if (convertTo === 'raw') await limits.enforce(ctx, 'image_size_total', info.virtualSize)
    await convertDisk(from, driver, to, convertTo, { timeoutMs: TIMEOUT_MS, maxBytes: sizeCap, signal: ctx.signal })
  } catch (error) {
    ctx.signal.throwIfAborted()
    if (!(error instanceof RunError) || error.failure === 'spawn') throw error
    ctx.log.warn({ err: error, image: imageId }, 'an image could not be converted')
    throw badRequest(`Image ${imageId} could not be converted from ${declared} to ${convertTo}.`)
  }
  return { staged: converted, formats: { disk: convertTo, container: 'bare' } }
}

/**
 * The format of data that may be used.
 * @throws badRequest
 */
const detect = async (ctx: Ctx, source: AsyncIterable<unknown> | undefined): Promise<string> => {
  if (source === undefined) throw badRequest('There is no staged data.')
  const inspector = createInspector()
  for await (const chunk of source) {
    ctx.signal.throwIfAborted()
    if (Buffer.isBuffer(chunk)) inspector.feed(chunk)
  }
  return formatOf(inspector.finish())
}

const formatOf = ({ format, problems }: Inspection): string => {
  if (format === undefined) throw badRequest('Image format detection failed')
  if (problems.length > 0) throw badRequest('Image has disallowed configuration')
  return format === 'gpt' ? 'raw' : format
}

/** @throws badRequest */
const checkInfo = ({ format, backingFile, dataFile, createType }: DiskInfo, driver: DiskFormat): void => {
  if (format !== driver) throw badRequest('Image metadata disagrees about format')
  if (backingFile !== undefined) throw badRequest('QCOW images with backing files are not allowed')
  if (dataFile !== undefined) throw badRequest('QCOW images with data-file set are not allowed')
  if (driver !== 'vmdk') return
  if (createType === undefined) throw badRequest('Unable to determine VMDK create-type')
  if (!ALLOWED_VMDK.includes(createType)) throw badRequest('Invalid VMDK create-type specified')
}
