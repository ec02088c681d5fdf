import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { forbidden } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { regionsHaveEndpoints } from '../endpoints/store.ts'
import { isOtherId } from '../attributes.ts'
import { conflictIn, notFoundIn, validationError } from '../errors.ts'
import { subtreeOf } from './rules.ts'
import type { CreateRegion, UpdateRegion } from './schemas.ts'
import * as store from './store.ts'

/** Regions, at most 1,000: those below `parent` alone where one is named. */
export const listRegions = (ctx: Ctx, parent: string | undefined): Promise<store.RegionRow[]> =>
  store.listRegions(ctx, parent)

/** @throws notFound */
export async function getRegion(ctx: Ctx, id: string): Promise<store.RegionRow> {
  const row = await store.findRegion(ctx, id)
  if (!row) throw notFoundIn('region', id)
  return row
}

/**
 * Creates a region.
 * @throws notFound (its parent), conflict (its id)
 */
export async function createRegion(
  ctx: Ctx,
  { id, description, parent_region_id, ...extra }: CreateRegion,
): Promise<store.RegionRow> {
  const row = {
    id: id == null || id === '' ? newHexId() : id,
    description: description ?? '',
    parent_region_id: parent_region_id ?? null,
    extra: JSON.stringify(extra),
  }
  if (row.parent_region_id !== null) await getRegion(ctx, row.parent_region_id)
  try {
    await store.insertRegion(ctx, row)
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('region', `Duplicate ID, ${row.id}.`) : error
  }
  return row
}

/** As `createRegion`, with the id that the URL names. */
export async function createRegionAt(ctx: Ctx, id: string, body: CreateRegion): Promise<store.RegionRow> {
  if (body.id !== undefined && body.id !== id) {
    throw validationError(`Conflicting region IDs specified: "${id}" != "${body.id}"`)
  }
  return createRegion(ctx, { ...body, id })
}

/**
 * Changes what the body names and keeps the rest.
 * @throws notFound, badRequest (another id, or a circle of parents)
 */
export function updateRegion(ctx: Ctx, id: string, { id: given, ...changes }: UpdateRegion): Promise<store.RegionRow> {
  return inTransaction(ctx, async (tx) => {
    if (isOtherId({ id: given }, id)) throw validationError('Cannot change ID')
    const old = await getRegion(tx, id)
    const { description = old.description, parent_region_id = old.parent_region_id, ...extra } = changes
    if (parent_region_id !== null) {
      await getRegion(tx, parent_region_id)
      if (subtreeOf(id, await store.listRegions(tx, undefined)).has(parent_region_id)) {
        throw validationError('Circular hierarchy of regions is not allowed')
      }
    }
    const kept: unknown = JSON.parse(old.extra)
    const row = {
      id,
      description: description ?? '',
      parent_region_id,
      extra: JSON.stringify(Object.assign({}, kept, extra)),
    }
    await store.updateRegion(tx, row)
    return row
  })
}

/**
 * Deletes a region and those below it.
 * @throws notFound, forbidden (there are endpoints)
 */
export const deleteRegion = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getRegion(tx, id)
    const ids = [...subtreeOf(id, await store.listRegions(tx, undefined))]
    if (await regionsHaveEndpoints(tx, ids)) {
      throw forbidden(`Unable to delete region ${id} because it or its child regions have associated endpoints.`)
    }
    await store.deleteRegions(tx, ids)
  })
