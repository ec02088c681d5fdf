// What an import leaves on its image for others to see: which task has it, and which stores it is on its way to. Glance
// shows these as properties that nobody else can set.
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { editImage, findImage, propertiesOf, swapImage, updateImage } from '../images/store/images.ts'
import type { ImageRow } from '../images/store/tables.ts'

const TASK = 'os_glance_import_task'
const IMPORTING = 'os_glance_importing_to_stores'
const FAILED = 'os_glance_failed_import'

/** The task that works on an image. */
export const taskOf = (image: ImageRow): string | undefined => propertiesOf(image)[TASK]

const withProperties = (image: ImageRow, changes: Readonly<Record<string, string | undefined>>): string => {
  const properties = propertiesOf(image)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete properties[name]
    else properties[name] = value
  }
  return JSON.stringify(properties)
}

/**
 * Gives an image to a task.
 * @returns whether the image was still as it was read
 */
export const lockImage = (tx: Ctx, image: ImageRow, taskId: string): Promise<boolean> =>
  swapImage(tx, image, { properties: withProperties(image, { [TASK]: taskId }) })

/** What an image shows of an import; `properties` are set on it as well. */
export type Progress = {
  readonly importing: readonly string[]
  readonly failed: readonly string[]
  readonly isOver: boolean
  readonly properties?: Readonly<Record<string, string>>
}

/** The image as the task leaves or changes it; undefined where the task has lost the image, or it is gone. */
export const editLocked = (
  ctx: Ctx,
  id: string,
  taskId: string,
  change: (image: ImageRow) => Partial<Omit<ImageRow, 'id' | 'properties'>>,
  progress: Progress,
): Promise<ImageRow | undefined> => {
  const edited = (image: ImageRow) => {
    if (taskOf(image) !== taskId) return undefined
    const properties = withProperties(image, {
      ...progress.properties,
      [IMPORTING]: progress.importing.join(','),
      [FAILED]: progress.failed.join(','),
      ...(progress.isOver ? { [TASK]: undefined } : {}),
    })
    return { ...change(image), properties }
  }
  const isPlain = Object.keys(progress.properties ?? {}).length === 0
  return isPlain ? editImage(ctx, id, edited) : editWhole(ctx, id, edited)
}

const TRIES = 20

/** As `editImage`, for changes that filters must find as well. */
const editWhole = async (
  ctx: Ctx,
  id: string,
  change: (image: ImageRow) => Partial<Omit<ImageRow, 'id'>> | undefined,
): Promise<ImageRow | undefined> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await findImage(ctx, id)
    const changes = before === undefined ? undefined : change(before)
    if (before === undefined || changes === undefined) return undefined
    const after = { ...before, ...changes }
    if (await inTransaction(ctx, (tx) => updateImage(tx, before, after))) return after
  }
  throw new Error(`image ${id} changes all the time`)
}

/** The image with the change of a task that tells nothing of stores; undefined where the task has lost it, or it is gone. */
export const editOwned = (
  ctx: Ctx,
  id: string,
  taskId: string,
  change: (image: ImageRow) => Partial<Omit<ImageRow, 'id' | 'properties'>>,
  isOver: boolean,
): Promise<ImageRow | undefined> =>
  editImage(ctx, id, (image) => {
    if (taskOf(image) !== taskId) return undefined
    return { ...change(image), properties: isOver ? withProperties(image, { [TASK]: undefined }) : image.properties }
  })
