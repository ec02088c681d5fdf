import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { Tables } from '#platform/db/tables.ts'
import type { Comparison } from '../rules/filter-values.ts'
import type { Condition, ListQuery, SortKey } from '../rules/list-query.ts'
import type { ImageHead, ImageRow, Visibility } from './tables.ts'

type Builder = ExpressionBuilder<Tables, 'image_images'>
type Test = ExpressionWrapper<Tables, 'image_images', SqlBool>

/** Who asks: an administrator sees everybody's images, others what is public, theirs or shared with them. */
export type Reader = { readonly projectId: string | null; readonly isAdmin: boolean }

/** A page of images in one query. `marker` is the last image of the page before. */
export const listImages = async (
  ctx: Ctx,
  query: ListQuery,
  reader: Reader,
  marker: ImageRow | undefined,
): Promise<ImageHead[]> => {
  const little = await littleSeen(ctx, query, reader)
  let select = ctx.db.read
    .selectFrom('image_images')
    .select(['id', 'owner', 'visibility', 'revision'])
    .where('os_hidden', '=', query.isHidden ? 1 : 0)
    .where((eb) => seenBy(eb, query, reader, little !== undefined))
  if (little !== undefined) select = select.where('id', 'in', little)
  if (query.isProtected !== undefined) select = select.where('protected', '=', query.isProtected ? 1 : 0)
  for (const condition of query.conditions) {
    select = select.where((eb) => meets(eb, condition))
    if (!INDEXED.has(condition.column)) continue
    const few = await fewOf(
      ctx.db.read
        .selectFrom('image_images')
        .select('id as image_id')
        .where((eb) => meets(eb, condition)),
    )
    if (few !== undefined) select = select.where('id', 'in', few)
  }
  for (const { name, value } of query.properties) {
    const few = await fewOf(
      ctx.db.read.selectFrom('image_properties').select('image_id').where('name', '=', name).where('value', '=', value),
    )
    select = select.where((eb) =>
      few !== undefined
        ? eb('id', 'in', few)
        : eb.exists(
            eb
              .selectFrom('image_properties')
              .select('image_properties.name')
              .whereRef('image_properties.image_id', '=', 'image_images.id')
              .where('image_properties.name', '=', name)
              .where('image_properties.value', '=', value),
          ),
    )
  }
  for (const tag of query.tags) {
    const few = await fewOf(ctx.db.read.selectFrom('image_tags').select('image_id').where('tag', '=', tag))
    select = select.where((eb) =>
      few !== undefined
        ? eb('id', 'in', few)
        : eb.exists(
            eb
              .selectFrom('image_tags')
              .select('image_tags.tag')
              .whereRef('image_tags.image_id', '=', 'image_images.id')
              .where('image_tags.tag', '=', tag),
          ),
    )
  }
  if (marker !== undefined) select = select.where((eb) => isAfter(eb, query.sort, marker))
  for (const { key, direction } of query.sort) select = select.orderBy(key, direction)
  return select.limit(query.limit).execute()
}

const FEW = 200
/** Columns with an index that a list in another order does not walk. */
const INDEXED: ReadonlySet<string> = new Set(['size', 'updated_at', 'checksum', 'os_hash_value'])

/**
 * The images that have something, where they are few: then the list begins with them, and else it looks at each of its own.
 * Without this the rare is looked for among all images.
 */
const fewOf = async (having: {
  limit: (count: number) => { execute: () => Promise<{ image_id: string }[]> }
}): Promise<string[] | undefined> => {
  const found = await having.limit(FEW + 1).execute()
  // A list of none is no SQL.
  return found.length > FEW ? undefined : found.length === 0 ? [''] : found.map(({ image_id: id }) => id)
}

/** Columns as the walk along another index should read them: an index of their own would have the whole result sorted first. */
const seenBy = (
  eb: Builder,
  { visibility, memberStatus }: ListQuery,
  { projectId, isAdmin }: Reader,
  isLittle: boolean,
): Test => {
  const owner = eb.fn.coalesce(eb.ref('owner'), eb.val(''))
  const openness = eb.fn.coalesce(eb.ref('visibility'), eb.val(''))
  const own = projectId === null ? [] : [eb(owner, '=', projectId)]
  const asked =
    visibility === 'all'
      ? eb.lit(true)
      : visibility === undefined
        ? eb.or([...own, eb(openness, '!=', 'community')])
        : eb(isLittle ? openness : 'visibility', '=', visibility)
  if (isAdmin) return eb.and([asked])
  const shared =
    projectId === null
      ? []
      : [eb.and([eb(openness, '=', 'shared'), eb.exists(membership(eb, projectId, memberStatus))])]
  return eb.and([asked, eb.or([eb(openness, 'in', ['public', 'community']), ...own, ...shared])])
}

/** What somebody who is no administrator may see at most, where it is little. */
const littleSeen = async (
  ctx: Ctx,
  { visibility, memberStatus }: ListQuery,
  { projectId, isAdmin }: Reader,
): Promise<string[] | undefined> => {
  if (isAdmin) return undefined
  const isAsked = (one: Visibility): boolean => visibility === undefined || visibility === 'all' || visibility === one
  const open = (['public', 'community'] as const).filter(isAsked)
  const images = () => ctx.db.read.selectFrom('image_images').select('id as image_id')
  const parts: (string[] | undefined)[] = []
  if (open.length > 0) parts.push(await fewOf(images().where('visibility', 'in', [...open])))
  if (projectId !== null) {
    parts.push(await fewOf(images().where('owner', '=', projectId)))
    const shared = ctx.db.read.selectFrom('image_members').select('image_id').where('member_id', '=', projectId)
    parts.push(await fewOf(memberStatus === 'all' ? shared : shared.where('status', '=', memberStatus)))
  }
  const known = parts.filter((part) => part !== undefined)
  // A list of none is no SQL.
  return known.length < parts.length ? undefined : [...new Set(['', ...known.flat()])]
}

const membership = (eb: Builder, projectId: string, status: ListQuery['memberStatus']) => {
  const members = eb
    .selectFrom('image_members')
    .select('image_members.member_id')
    .whereRef('image_members.image_id', '=', 'image_images.id')
    .where('image_members.member_id', '=', projectId)
  return status === 'all' ? members : members.where('image_members.status', '=', status)
}

const operators = { eq: '=', neq: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const satisfies Record<
  Comparison,
  string
>

const inSecond = (eb: Builder, { column, operator, second }: Extract<Condition, { second: number }>): Test => {
  const [reached, before] = [eb(column, '>=', second), eb(column, '<', second)]
  const [past, notPast] = [eb(column, '>=', second + 1000), eb(column, '<', second + 1000)]
  const tests: Readonly<Record<Comparison, Test>> = {
    eq: eb.and([reached, notPast]),
    neq: eb.or([before, past]),
    gt: eb.and([past]),
    gte: eb.and([reached]),
    lt: eb.and([before]),
    lte: eb.and([notPast]),
  }
  return tests[operator]
}

const meets = (eb: Builder, condition: Condition): Test => {
  if ('in' in condition) return eb.and([eb(condition.column, 'in', [...condition.in])])
  if ('second' in condition) return inSecond(eb, condition)
  return eb.and([eb(condition.column, operators[condition.operator], condition.value)])
}

/** What comes after the marker in the order of the list: a nothing sorts as the empty text. */
const isAfter = (eb: Builder, sort: ListQuery['sort'], marker: ImageRow): Test => {
  const isOptional = (key: SortKey): boolean => OPTIONAL.has(key)
  const column = (key: SortKey) =>
    isOptional(key) ? eb.fn.coalesce(eb.ref(key), eb.val(key === 'size' ? 0 : '')) : eb.ref(key)
  const valueOf = (key: SortKey): string | number => marker[key] ?? (key === 'size' ? 0 : '')
  const rest = eb.or(
    sort.map(({ key, direction }, at) =>
      eb.and([
        ...sort.slice(0, at).map((earlier) => eb(column(earlier.key), '=', valueOf(earlier.key))),
        eb(column(key), direction === 'desc' ? '<' : '>', valueOf(key)),
      ]),
    ),
  )
  // Said once more so that the walk along an index can begin at the marker.
  const [first] = sort
  if (first === undefined || (isOptional(first.key) && (first.direction === 'desc' || !marker[first.key]))) return rest
  return eb.and([eb(first.key, first.direction === 'desc' ? '<=' : '>=', valueOf(first.key)), rest])
}

const OPTIONAL: ReadonlySet<SortKey> = new Set(['name', 'disk_format', 'container_format', 'size'])
