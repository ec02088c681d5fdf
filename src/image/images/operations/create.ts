import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { conflict } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import { detailed, notAuthorized } from '../../errors.ts'
import type { Limits } from '../../limits/operations.ts'
import {
  checkLetters,
  checkMinimum,
  checkNewAttributes,
  checkProperties,
  checkTags,
  isProperty,
} from '../rules/properties.ts'
import type { CreateImage } from '../schemas.ts'
import { insertImage, newRevision } from '../store/images.ts'
import type { ImageRow, Visibility } from '../store/tables.ts'

/**
 * Registers an image; its data comes later.
 * @throws forbidden (attribute, owner, visibility), badRequest, conflict (id taken), tooLarge (properties, tags, limit)
 */
export const createImage = async (ctx: Ctx, limits: Limits, body: CreateImage): Promise<ImageRow> => {
  checkNewAttributes(body)
  const owner = body.owner === undefined ? ctx.caller.projectId : body.owner
  const visibility = body.visibility ?? 'shared'
  authorize(ctx, owner, body.visibility)
  await limits.enforce(ctx, 'image_count_total')
  checkMinimum('min_disk', body.min_disk ?? 0)
  checkMinimum('min_ram', body.min_ram ?? 0)
  checkLetters('name', body.name ?? null)
  const properties = customProperties(body)
  checkProperties(properties, true)
  const tags = [...new Set(body.tags ?? [])]
  checkTags(tags)
  const row: ImageRow = {
    id: (body.id ?? newUuid()).toLowerCase(),
    name: body.name ?? null,
    status: 'queued',
    visibility,
    owner,
    protected: body.protected === true ? 1 : 0,
    os_hidden: body.os_hidden === true ? 1 : 0,
    disk_format: body.disk_format ?? null,
    container_format: body.container_format ?? null,
    size: null,
    virtual_size: null,
    min_disk: body.min_disk ?? 0,
    min_ram: body.min_ram ?? 0,
    checksum: null,
    os_hash_algo: null,
    os_hash_value: null,
    properties: JSON.stringify(properties),
    tags: JSON.stringify(tags),
    stores: '',
    locations: null,
    created_at: ctx.now,
    updated_at: ctx.now,
    beat_at: null,
    stage_host: null,
    revision: newRevision(),
  }
  try {
    await inTransaction(ctx, (tx) => insertImage(tx, row))
  } catch (error) {
    throw isUniqueViolation(error) ? conflict(`Image ID ${row.id} already exists!`) : error
  }
  return row
}

const authorize = (ctx: Ctx, owner: string | null, visibility: Visibility | undefined): void => {
  const target = { project_id: owner, owner, visibility: visibility ?? 'private' }
  if (!ctx.can('add_image', target)) {
    if (owner === ctx.caller.projectId) throw notAuthorized('add_image')
    throw detailed('forbidden', `You are not permitted to create images owned by '${owner ?? 'None'}'`)
  }
  authorizeVisibility(ctx, visibility, target)
}

/** @throws forbidden */
export const authorizeVisibility = (
  ctx: Ctx,
  visibility: Visibility | undefined,
  target: Readonly<Record<string, unknown>>,
): void => {
  if (visibility === 'public' && !ctx.can('publicize_image', target)) throw notAuthorized('publicize_image')
  if (visibility === 'community' && !ctx.can('communitize_image', target)) throw notAuthorized('communitize_image')
}

const customProperties = (body: CreateImage): Record<string, string> => {
  const properties: Record<string, string> = {}
  for (const [name, value] of Object.entries(body)) {
    if (isProperty(name) && typeof value === 'string') properties[name] = value
  }
  return properties
}
