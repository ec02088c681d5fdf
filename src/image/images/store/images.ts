import { randomInt } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { inserter, run, update } from '#platform/db/statements.ts'
import type { ImageRow, ImageStatus } from './tables.ts'

export const findImage = async (ctx: Ctx, id: string): Promise<ImageRow | undefined> =>
  (await run<ImageRow>(ctx.db.read, 'select * from image_images where id = ?', [id])).rows[0]

export const findImages = (ctx: Ctx, ids: readonly string[]): Promise<ImageRow[]> =>
  ctx.db.read
    .selectFrom('image_images')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute()

/** A number no earlier state of an image had. */
export const newRevision = (): number => randomInt(2 ** 47)

const insertRow = inserter<ImageRow>('image_images', [
  'id',
  'name',
  'status',
  'visibility',
  'owner',
  'protected',
  'os_hidden',
  'disk_format',
  'container_format',
  'size',
  'virtual_size',
  'min_disk',
  'min_ram',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'properties',
  'tags',
  'stores',
  'locations',
  'created_at',
  'updated_at',
  'beat_at',
  'stage_host',
  'revision',
])

/** Inserts an image with its properties and tags as other rows repeat them. */
export const insertImage = async (tx: Ctx, row: ImageRow): Promise<void> => {
  await insertRow(tx.db.write, [row])
  await insertProperties(tx, row)
  await insertTags(tx, row)
}

const insertProperties = async (tx: Ctx, row: ImageRow): Promise<void> => {
  const rows = Object.entries(propertiesOf(row)).map(([name, value]) => ({ image_id: row.id, name, value }))
  if (rows.length > 0) await tx.db.write.insertInto('image_properties').values(rows).execute()
}

const insertTags = async (tx: Ctx, row: ImageRow): Promise<void> => {
  const rows = tagsOf(row).map((tag) => ({ image_id: row.id, tag }))
  if (rows.length > 0) await tx.db.write.insertInto('image_tags').values(rows).execute()
}

/**
 * Writes an image as a whole. It must still be as it was read.
 * @returns whether it was
 */
export const updateImage = async (tx: Ctx, before: ImageRow, after: ImageRow): Promise<boolean> => {
  const { id, ...changes } = after
  const { numUpdatedRows } = await tx.db.write
    .updateTable('image_images')
    .set({ ...changes, revision: newRevision() })
    .where('id', '=', id)
    .where('revision', '=', before.revision)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  if (before.properties !== after.properties) {
    await tx.db.write.deleteFrom('image_properties').where('image_id', '=', id).execute()
    await insertProperties(tx, after)
  }
  if (before.tags !== after.tags) {
    await tx.db.write.deleteFrom('image_tags').where('image_id', '=', id).execute()
    await insertTags(tx, after)
  }
  return true
}

/**
 * Moves an image from one status to another with whatever else changes by it.
 * @returns whether it was in the first
 */
export const moveImage = async (
  ctx: Ctx,
  id: string,
  from: ImageStatus,
  changes: Partial<Omit<ImageRow, 'id'>>,
): Promise<boolean> => {
  const all = { ...changes, revision: newRevision() }
  return (await update(ctx.db.write, 'image_images', all, 'id = ? and status = ?', [id, from])) > 0
}

/**
 * Changes an image that is still as it was read; its properties and tags for filters stay as they are.
 * @returns whether it was
 */
export const swapImage = async (
  ctx: Ctx,
  { id, revision }: ImageRow,
  changes: Partial<Omit<ImageRow, 'id'>>,
): Promise<boolean> => {
  const all = { ...changes, revision: newRevision() }
  return (await update(ctx.db.write, 'image_images', all, 'id = ? and revision = ?', [id, revision])) > 0
}

const EDIT_TRIES = 20

/**
 * Changes an image by what it is at that moment, again where another change came between. Not for use in a transaction,
 * which would see the same state each time.
 * @param change what to change; undefined: nothing
 * @returns the image with the change; undefined where it is gone or there was nothing to change
 */
export const editImage = async (
  ctx: Ctx,
  id: string,
  change: (image: ImageRow) => Partial<Omit<ImageRow, 'id'>> | undefined,
): Promise<ImageRow | undefined> => {
  for (let tries = 0; tries < EDIT_TRIES; tries += 1) {
    const before = await findImage(ctx, id)
    const changes = before === undefined ? undefined : change(before)
    if (before === undefined || changes === undefined) return undefined
    if (await swapImage(ctx, before, changes)) return { ...before, ...changes }
  }
  throw new Error(`image ${id} changes all the time`)
}

export const deleteImage = async (tx: Ctx, id: string): Promise<void> => {
  await tx.db.write.deleteFrom('image_properties').where('image_id', '=', id).execute()
  await tx.db.write.deleteFrom('image_tags').where('image_id', '=', id).execute()
  await tx.db.write.deleteFrom('image_members').where('image_id', '=', id).execute()
  await tx.db.write.deleteFrom('image_images').where('id', '=', id).execute()
}

/** Images that a caller was sending data of when something ended it: nobody has moved `beat_at` since. */
export const listStalled = (ctx: Ctx, before: number): Promise<ImageRow[]> =>
  ctx.db.read
    .selectFrom('image_images')
    .selectAll()
    .where('status', 'in', ['saving', 'uploading'])
    .where('beat_at', '<', before)
    .limit(100)
    .execute()

/** Every image, where its data is said to be, and whether an import is at work on it (1). */
export const listHoldings = (
  ctx: Ctx,
): Promise<(Pick<ImageRow, 'id' | 'status' | 'stores' | 'locations'> & { is_importing: number })[]> =>
  ctx.db.read
    .selectFrom('image_images')
    .select(['id', 'status', 'stores', 'locations'])
    .select((eb) =>
      eb
        .case()
        .when('properties', 'like', '%"os_glance_import_task"%')
        .then(eb.lit(1))
        .else(eb.lit(0))
        .end()
        .as('is_importing'),
    )
    .execute()

type HashRow = Pick<ImageRow, 'id' | 'stores' | 'locations'> & { os_hash_algo: string; os_hash_value: string }

/** Every image with data whose hash is known. */
export const listHashes = async (ctx: Ctx): Promise<HashRow[]> => {
  const rows = await ctx.db.read
    .selectFrom('image_images')
    .select(['id', 'stores', 'locations', 'os_hash_algo', 'os_hash_value'])
    .where('status', 'in', ['active', 'deactivated'])
    .execute()
  return rows.flatMap(({ os_hash_algo: algo, os_hash_value: value, ...row }) =>
    algo === null || value === null ? [] : [{ ...row, os_hash_algo: algo, os_hash_value: value }],
  )
}

export const isMember = async (ctx: Ctx, imageId: string, projectId: string): Promise<boolean> => {
  const row = await ctx.db.read
    .selectFrom('image_members')
    .select('member_id')
    .where('image_id', '=', imageId)
    .where('member_id', '=', projectId)
    .executeTakeFirst()
  return row !== undefined
}

/** The properties of an image's row. */
export const propertiesOf = ({ properties }: Pick<ImageRow, 'properties'>): Record<string, string> => {
  const parsed: unknown = JSON.parse(properties)
  const result: Record<string, string> = {}
  if (typeof parsed !== 'object' || parsed === null) return result
  for (const [name, value] of Object.entries(parsed)) if (typeof value === 'string') result[name] = value
  return result
}

/** The tags of an image's row. */
export const tagsOf = ({ tags }: Pick<ImageRow, 'tags'>): string[] => {
  const parsed: unknown = JSON.parse(tags)
  return Array.isArray(parsed) ? parsed.filter((tag) => typeof tag === 'string') : []
}
