import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { CompressionError, decompress, detectCompression } from '#lib/compression/decompress.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { watch } from '../saga/progress.ts'
import type { ImportDeps, ImportState } from '../saga/state.ts'

/**
 * Unpacks staged data that is compressed, unless the image says that it shall stay so. A size limit ends what unpacks to too much.
 * @throws badRequest, tooLarge
 */
export const decompressStaged = async (
  ctx: Ctx,
  deps: ImportDeps,
  current: ImportState,
  image: ImageRow,
): Promise<Partial<ImportState>> => {
  const container = current.formats?.container ?? image.container_format
  if (!current.isDecompressing || container === 'compressed') return {}
  const staging = deps.stores.staging()
  const file = staging.pathOf(current.staged)
  if (file === undefined) throw new Error('the staging area is not made of files')
  const kind = await detectCompression(file)
  if (kind === undefined) return {}
  try {
    const intake = watch(ctx, deps, current.taskId, decompress(file, kind, ctx.signal), 'Unpacked')
    await staging.write(current.unpacked, intake.bytes)
  } catch (error) {
    throw error instanceof CompressionError ? badRequest(error.message) : error
  }
  return { staged: current.unpacked }
}
