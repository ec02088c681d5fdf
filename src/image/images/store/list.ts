import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { Tables } from '#platform/db/tables.ts'
import type { Comparison } from '../rules/filter-values.ts'
import type { Condition, ListQuery, SortKey } from '../rules/list-query.ts'
import type { ImageHead, ImageRow } from './tables.ts'

type Builder = ExpressionBuilder<Tables, 'image_images'>
type Test = ExpressionWrapper<Tables, 'image_images', SqlBool>

/** Who asks: an administrator sees everybody's images, others what is public, theirs or shared with them. */
export type Reader = { readonly projectId: string | null; readonly isAdmin: boolean }

/** A page of images in one query. `marker` is the last image of the page before. */
export const listImages = (
  ctx: Ctx,
  query: ListQuery,
  reader: Reader,
  marker: ImageRow | undefined,
): Promise<ImageHead[]> => {
  let select = ctx.db.read
    .selectFrom('image_images')
    .select(['id', 'owner', 'visibility', 'revision'])
    .where('os_hidden', '=', query.isHidden ? 1 : 0)
    .where((eb) => seenBy(eb, query, reader))
  if (query.isProtected !== undefined) select = select.where('protected', '=', query.isProtected ? 1 : 0)
  for (const condition of query.conditions) select = select.where((eb) => meets(eb, condition))
  for (const { name, value } of query.properties) {
    select = select.where((eb) =>
      eb.exists(
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
    select = select.where((eb) =>
      eb.exists(
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

const seenBy = (eb: Builder, { visibility, memberStatus }: ListQuery, { projectId, isAdmin }: Reader): Test => {
  const own = projectId === null ? [] : [eb('owner', '=', projectId)]
  const asked =
    visibility === 'all'
      ? eb.lit(true)
      : visibility === undefined
        ? eb.or([...own, eb('visibility', '!=', 'community')])
        : eb('visibility', '=', visibility)
  if (isAdmin) return eb.and([asked])
  const shared =
    projectId === null
      ? []
      : [eb.and([eb('visibility', '=', 'shared'), eb.exists(membership(eb, projectId, memberStatus))])]
  return eb.and([asked, eb.or([eb('visibility', 'in', ['public', 'community']), ...own, ...shared])])
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

const meets = (eb: Builder, condition: Condition): Test => {
  if ('in' in condition) return eb.and([eb(condition.column, 'in', [...condition.in])])
  return eb.and([eb(condition.column, operators[condition.operator], condition.value)])
}

/** What comes after the marker in the order of the list: a nothing sorts as the empty text. */
const isAfter = (eb: Builder, sort: ListQuery['sort'], marker: ImageRow): Test => {
  const column = (key: SortKey) => eb.fn.coalesce(eb.ref(key), eb.val(key === 'size' ? 0 : ''))
  const valueOf = (key: SortKey): string | number => marker[key] ?? (key === 'size' ? 0 : '')
  return eb.or(
    sort.map(({ key, direction }, at) =>
      eb.and([
        ...sort.slice(0, at).map((earlier) => eb(column(earlier.key), '=', valueOf(earlier.key))),
        eb(column(key), direction === 'desc' ? '<' : '>', valueOf(key)),
      ]),
    ),
  )
}
