// What an import leaves on its image for others to see: which task has it, and which stores it is on its way to. Glance
// shows these as properties that nobody else can set.
import type { Ctx } from '#platform/context.ts'
import { editImage, propertiesOf, swapImage } from '../images/store/images.ts'
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

/** The image as the task leaves or changes it; undefined where the task has lost the image, or it is gone. */
export const editLocked = (
  ctx: Ctx,
  id: string,
  taskId: string,
  change: (image: ImageRow) => Partial<Omit<ImageRow, 'id' | 'properties'>>,
  progress: { readonly importing: readonly string[]; readonly failed: readonly string[]; readonly isOver: boolean },
): Promise<ImageRow | undefined> =>
  editImage(ctx, id, (image) => {
    if (taskOf(image) !== taskId) return undefined
    const properties = withProperties(image, {
      [IMPORTING]: progress.importing.join(','),
      [FAILED]: progress.failed.join(','),
      ...(progress.isOver ? { [TASK]: undefined } : {}),
    })
    return { ...change(image), properties }
  })
