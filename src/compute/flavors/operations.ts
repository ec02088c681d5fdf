import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { badRequest, conflict, notFound } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import type { IdentityDoor } from '../doors.ts'
import { flavorNotFound } from '../errors.ts'
import { isTrue, maxPage } from '../parameters.ts'
import { cutPage, type Page } from '../paging.ts'
import { extraSpecsOf } from './view.ts'
import type { CreateFlavor, ListFlavors } from './schemas.ts'
import * as store from './store.ts'

const sortKeys = {
  flavorid: 'id',
  id: 'id',
  name: 'name',
  memory_mb: 'memory_mb',
  vcpus: 'vcpus',
  root_gb: 'root_gb',
  ephemeral_gb: 'ephemeral_gb',
  swap: 'swap_mb',
  created_at: 'created_at',
} as const
const isSortKey = (key: string): key is keyof typeof sortKeys => key in sortKeys

const seesAll = (ctx: Ctx): boolean => ctx.can('context_is_admin')

/** A whole number out of a filter; Nova refuses anything else by name. */
function integerFilter(value: string | undefined, what: string): number {
  if (value === undefined) return 0
  if (!/^-?\d+$/.test(value)) throw badRequest(`Invalid ${what} filter [${value}]`)
  return Number(value)
}

/** `is_public` of the query: administrators may ask for private flavors or (None) for all; others get theirs. */
function isPublicFilter(ctx: Ctx, value: string | undefined): boolean | null {
  if (!seesAll(ctx)) return true
  if (value === undefined) return true
  if (value.toLowerCase() === 'none') return null
  if (isTrue(value) || /^(t|y)$/i.test(value)) return true
  if (/^(false|f|0|no|n|off)$/i.test(value)) return false
  throw badRequest(`Invalid is_public filter [${value}]`)
}

/** A page of flavors, by name of the sort key. */
export async function listFlavors(ctx: Ctx, query: ListFlavors): Promise<Page<store.FlavorRow>> {
  const limit = Math.min(query.limit ?? maxPage, maxPage)
  const key = query.sort_key ?? 'flavorid'
  if (!isSortKey(key)) throw badRequest(`Sort key supplied is invalid: ${key}`)
  const marker = query.marker === undefined ? undefined : await store.findFlavor(ctx, query.marker, seesAll(ctx))
  if (query.marker !== undefined && !marker) throw badRequest(`marker [${query.marker}] not found`)
  const rows = await store.listFlavors(
    ctx,
    {
      isPublic: isPublicFilter(ctx, query.is_public),
      minRam: integerFilter(query.minRam, 'minRam'),
      minDisk: integerFilter(query.minDisk, 'minDisk'),
      name: query.name,
      sortKey: sortKeys[key],
      descending: query.sort_dir === 'desc',
      marker,
      limit: limit + 1,
    },
    seesAll(ctx),
  )
  return cutPage(rows, limit)
}

/** @throws notFound */
export async function getFlavor(ctx: Ctx, id: string): Promise<store.FlavorRow> {
  const row = await store.findFlavor(ctx, id, seesAll(ctx))
  if (!row) throw flavorNotFound(id)
  return row
}

/** @throws conflict where id or name is taken */
export async function createFlavor(ctx: Ctx, body: CreateFlavor): Promise<store.FlavorRow> {
  const given =
    body.id === undefined || body.id === null || body.id === '' || body.id === 'auto' ? newUuid() : String(body.id)
  const row: store.FlavorRow = {
    id: given,
    name: body.name,
    memory_mb: Number(body.ram),
    vcpus: Number(body.vcpus),
    root_gb: Number(body.disk),
    ephemeral_gb: Number(body['OS-FLV-EXT-DATA:ephemeral'] ?? 0),
    swap_mb: Number(body.swap ?? 0),
    rxtx_factor: Number(body.rxtx_factor ?? 1),
    is_public: isTrue(body['os-flavor-access:is_public'] ?? true) ? 1 : 0,
    disabled: 0,
    description: body.description ?? null,
    extra_specs: '{}',
    created_at: ctx.now,
  }
  try {
    // A private one is nobody's, not even of the project it was made in.
    await store.insertFlavor(ctx, row)
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const known = await store.findFlavor(ctx, row.id, true)
    throw conflict(known ? `Flavor with ID ${row.id} already exists.` : `Flavor with name ${row.name} already exists.`)
  }
  return row
}

/** Changes the description. @throws notFound */
export async function updateFlavor(ctx: Ctx, id: string, description: string | null): Promise<store.FlavorRow> {
  const row = await getFlavor(ctx, id)
  await store.updateFlavor(ctx, id, { description })
  return { ...row, description }
}

/** Servers keep what they were made with, so a flavor in use may go. @throws notFound */
export async function deleteFlavor(ctx: Ctx, id: string): Promise<void> {
  await getFlavor(ctx, id)
  await inTransaction(ctx, (tx) => store.deleteFlavor(tx, id))
}

const specNotFound = (id: string, key: string) => notFound(`Flavor ${id} has no extra specs with key ${key}.`)

/** Adds or overwrites extra specs; gives back what was given. */
export async function createExtraSpecs(
  ctx: Ctx,
  id: string,
  specs: Readonly<Record<string, string | number>>,
): Promise<Record<string, string>> {
  const texts = Object.fromEntries(Object.entries(specs).map(([key, value]) => [key, String(value)]))
  await inTransaction(ctx, async (tx) => {
    const row = await getFlavor(tx, id)
    await store.updateFlavor(tx, id, { extra_specs: JSON.stringify({ ...extraSpecsOf(row), ...texts }) })
  })
  return texts
}

/** @throws badRequest where the body names another key than the URL */
export function updateExtraSpec(
  ctx: Ctx,
  id: string,
  key: string,
  body: Readonly<Record<string, string | number>>,
): Promise<Record<string, string>> {
  const value = body[key]
  if (value === undefined) throw badRequest('Request body and URI mismatch')
  return createExtraSpecs(ctx, id, { [key]: value })
}

/** @throws notFound */
export async function getExtraSpec(ctx: Ctx, id: string, key: string): Promise<Record<string, string>> {
  const value = extraSpecsOf(await getFlavor(ctx, id))[key]
  if (value === undefined) throw specNotFound(id, key)
  return { [key]: value }
}

/** @throws notFound */
export const deleteExtraSpec = (ctx: Ctx, id: string, key: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    const { [key]: gone, ...rest } = extraSpecsOf(await getFlavor(tx, id))
    if (gone === undefined) throw specNotFound(id, key)
    await store.updateFlavor(tx, id, { extra_specs: JSON.stringify(rest) })
  })

/** Projects with access to a private flavor. @throws notFound for a public one, as Nova does */
export async function listAccess(ctx: Ctx, id: string): Promise<{ flavor_id: string; tenant_id: string }[]> {
  const row = await getFlavor(ctx, id)
  if (row.is_public === 1) throw notFound('Access list not available for public flavors.')
  return (await store.listAccess(ctx, id)).map((project) => ({ flavor_id: id, tenant_id: project }))
}

async function checkProject(ctx: Ctx, identity: IdentityDoor, id: string): Promise<void> {
  if (!(await identity.projectExists(ctx, id))) throw badRequest(`Project ID ${id} is not a valid project.`)
}

/** Gives a project access. @throws conflict where it has it, or (since 2.7) where the flavor is public */
export async function addAccess(ctx: Ctx, identity: IdentityDoor, id: string, project: string) {
  ctx.authorize('os_compute_api:os-flavor-access:add_tenant_access')
  await checkProject(ctx, identity, project)
  const row = await getFlavor(ctx, id)
  if (row.is_public === 1 && ctx.version >= 7) throw conflict('Can not add access to a public flavor.')
  try {
    await store.insertAccess(ctx, id, project)
  } catch (error) {
    throw isUniqueViolation(error)
      ? conflict(`Flavor access already exists for flavor ${id} and project ${project} combination.`)
      : error
  }
  return listAccessOf(ctx, id)
}

/** Takes access from a project. @throws notFound where it has none */
export async function removeAccess(ctx: Ctx, identity: IdentityDoor, id: string, project: string) {
  ctx.authorize('os_compute_api:os-flavor-access:remove_tenant_access')
  await checkProject(ctx, identity, project)
  await getFlavor(ctx, id)
  if (!(await store.deleteAccess(ctx, id, project))) {
    throw notFound(`Flavor access not found for ${id} / ${project} combination.`)
  }
  return listAccessOf(ctx, id)
}

const listAccessOf = async (ctx: Ctx, id: string) =>
  (await store.listAccess(ctx, id)).map((project) => ({ flavor_id: id, tenant_id: project }))
