import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import type { Forest, Names } from '#placement/resource-providers/operations/forest.ts'
import { noResourceClass } from '../errors.ts'
import { CUSTOM_PATTERN } from '../schemas.ts'
import * as store from './store.ts'

/** Resource classes and when they came (0: standard ones). */
export const listResourceClasses = async (ctx: Ctx, forest: Forest): Promise<Names> => (await forest.view(ctx)).classes

/** @throws notFound */
export const getResourceClass = async (ctx: Ctx, forest: Forest, name: string): Promise<number> => {
  const created = (await forest.view(ctx)).classes.get(name)
  if (created === undefined) throw noResourceClass(name)
  return created
}

/** @throws conflict */
export const createResourceClass = (ctx: Ctx, forest: Forest, name: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    if (change.classes.has(name)) throw conflict(`Conflicting resource class already exists: ${name}`)
    await store.insertResourceClass(tx, name)
    change.reload()
  })

/**
 * Makes sure that a custom class exists.
 * @returns whether it is new
 * @throws badRequest for a name that is not CUSTOM_…
 */
export const ensureResourceClass = async (ctx: Ctx, forest: Forest, name: string): Promise<boolean> => {
  const problem =
    name.length > 255
      ? `'${name}' is too long\n\nFailed validating 'maxLength' in schema['properties']['name']`
      : `'${name}' does not match '${CUSTOM_PATTERN}'\n\nFailed validating 'pattern' in schema['properties']['name']`
  if (name.length > 255 || !new RegExp(CUSTOM_PATTERN).test(name)) {
    throw badRequest(`JSON does not validate: ${problem}`)
  }
  if ((await forest.view(ctx)).classes.has(name)) return false
  return forest.change(ctx, async (tx, change) => {
    if (change.classes.has(name)) return false
    await store.insertResourceClass(tx, name)
    change.reload()
    return true
  })
}

/** @throws notFound, badRequest (a standard one), conflict (name taken) */
export const renameResourceClass = (ctx: Ctx, forest: Forest, name: string, newName: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    if (!change.classes.has(name)) throw noResourceClass(name)
    if (!name.startsWith('CUSTOM_')) throw badRequest(`Cannot update standard resource class ${name}`)
    if (newName === name) return
    if (change.classes.has(newName)) throw conflict(`Resource class already exists: ${newName}`)
    await store.renameResourceClass(tx, name, newName, change.seq)
    change.reload()
  })

/** @throws notFound, badRequest (a standard one), conflict (a provider has some) */
export const deleteResourceClass = (ctx: Ctx, forest: Forest, name: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    if (!change.classes.has(name)) throw noResourceClass(name)
    if (!name.startsWith('CUSTOM_')) {
      throw badRequest(`Error in delete resource class: Cannot delete standard resource class ${name}.`)
    }
    if (change.index.withClass(name).size > 0) {
      throw conflict(
        `Error in delete resource class: Cannot delete resource class ${name}. Class is in use in inventory.`,
      )
    }
    await store.deleteResourceClass(tx, name)
    change.reload()
  })
