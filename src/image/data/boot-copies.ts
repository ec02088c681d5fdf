// Hosts boot from files. What lies in a store elsewhere is fetched into one first, checked by its hash, and kept for a while,
// because several servers often boot from one image in a row.
import type { Clock } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { conflict } from '#platform/errors.ts'
import { createFileStore } from '../drivers/file/file-store.ts'
import type { ImageRow } from '../images/store/tables.ts'
import { createIntake } from './intake.ts'
import { openData } from './open-data.ts'
import type { Stores } from './stores.ts'

const KEPT_MS = 600_000

/** Copies of images on this machine. */
export const createBootCopies = (directory: string, stores: Stores, clock: Clock) => {
  const opened = createOnce(() => createFileStore({ id: 'boot', description: '', weight: 0 }, directory))
  const usedAt = new Map<string, number>()
  const underWay = new Map<string, Promise<void>>()

  const copy = async (ctx: Ctx, image: ImageRow): Promise<void> => {
    const store = await opened()
    if ((await store.sizeOf(image.id)) === image.size) return
    const source = await openData(ctx, stores, image)
    if (source === undefined) throw conflict(`The data of image ${image.id} is not there.`)
    const intake = createIntake(source, Number.MAX_SAFE_INTEGER)
    await store.write(image.id, intake.bytes)
    const { checksum } = intake.facts()
    if (image.checksum === null || checksum === image.checksum) return
    await store.remove(image.id)
    throw conflict(`The data of image ${image.id} has changed where it is stored.`)
  }

  return {
    /** Where the copy is, or would be. */
    pathOf: (id: string): string => `${directory}/${id}`,
    /**
     * Makes the copy if need be.
     * @returns its path
     * @throws conflict, unavailable
     */
    fetch: async (ctx: Ctx, image: ImageRow): Promise<string> => {
      usedAt.set(image.id, clock.now())
      const running = underWay.get(image.id) ?? copy(ctx, image).finally(() => underWay.delete(image.id))
      underWay.set(image.id, running)
      await running
      usedAt.set(image.id, clock.now())
      return `${directory}/${image.id}`
    },
    /** Removes what nobody has asked for in the last minutes. */
    sweep: async (): Promise<void> => {
      const store = await opened()
      for (const id of await store.list()) {
        if (!underWay.has(id) && (usedAt.get(id) ?? 0) < clock.now() - KEPT_MS) {
          usedAt.delete(id)
          await store.remove(id)
        }
      }
    },
  }
}

export type BootCopies = ReturnType<typeof createBootCopies>

const createOnce = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
