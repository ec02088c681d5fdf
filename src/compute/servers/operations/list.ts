import type { Ctx } from '#platform/context.ts'
import { RegExpFailure, searches } from '#lib/bounded-regexp/bounded-regexp.ts'
import { badRequest, forbidden } from '#platform/errors.ts'
import { isTrue, maxPage } from '../../parameters.ts'
import { cutPage, type Page } from '../../paging.ts'
import { statesOfStatus } from '../rules.ts'
import type { ListServers } from '../schemas.ts'
import { findSeenServer, listServers as readServers, type ServerFilter, type SortKey } from '../store/read.ts'
import type { ServerRow } from '../store/tables.ts'
import { cardsOf, tagsOf } from '../view.ts'

/** Sort keys of the API, and their columns. Others are ignored, as Nova ignores them. */
const sortColumns: Readonly<Record<string, SortKey>> = {
  access_ip_v4: 'id',
  availability_zone: 'availability_zone',
  config_drive: 'config_drive',
  created_at: 'created_at',
  display_name: 'name',
  host: 'host',
  hostname: 'name',
  image_ref: 'image_id',
  key_name: 'key_name',
  launch_index: 'launch_index',
  launched_at: 'launched_at',
  locked: 'locked_by',
  power_state: 'power_state',
  project_id: 'project_id',
  task_state: 'task_state',
  terminated_at: 'terminated_at',
  updated_at: 'updated_at',
  user_id: 'user_id',
  uuid: 'id',
  vm_state: 'vm_state',
}

/** `all_tenants`: given without a value it means yes. */
function wantsAllTenants(values: readonly string[] | undefined): boolean {
  const [value] = values ?? []
  if (value === undefined) return false
  return value === '' || readFlag(value)
}

/** What a flag says, in any of oslo.utils' spellings. @throws badRequest for any other */
function readFlag(value: string): boolean {
  if (/^(1|true|t|yes|y|on)$/i.test(value)) return true
  if (/^(0|false|f|no|n|off)$/i.test(value)) return false
  const spellings = "'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"
  throw badRequest(`Unrecognized value '${value}', acceptable values are: ${spellings}`)
}

/** A filter by name is a regular expression. */
const isPlain = (pattern: string): boolean => !/[\\^$.|?*+()[\]{}]/.test(pattern)

/** What any name that the pattern finds must hold: lets the database leave out most. */
const plainPart = (pattern: string): string =>
  /[|?*{}()[\]\\]/.test(pattern)
    ? ''
    : pattern.split(/[\^$.+]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '')

/** @throws badRequest for what is no pattern */
function nameFilter(pattern: string): (name: string) => boolean {
  const find = (name: string): boolean => {
    try {
      return searches(`(?i)${pattern}`, name)
    } catch (error) {
      if (!(error instanceof RegExpFailure)) throw error
      throw badRequest(`Invalid input for query parameters name. Value: ${pattern}. '${pattern}' is not a 'regex'`)
    }
  }
  find('')
  return find
}

function sortOf(query: ListServers): ServerFilter['sort'] {
  const keys = query.sort_key ?? ['created_at']
  const directions = query.sort_dir ?? []
  const sort = keys.flatMap((key, index) => {
    const column = sortColumns[key]
    return column === undefined
      ? []
      : [{ key: column, descending: (directions[index] ?? directions[0] ?? 'desc') === 'desc' }]
  })
  // Ties are broken by id, so that pages neither repeat nor lose a server.
  return [...sort, { key: 'id' as const, descending: sort[0]?.descending ?? true }]
}

/** The states asked for; null: a status that matches nothing (an error from 2.38 on). */
function stateFilter(ctx: Ctx, query: ListServers): Pick<ServerFilter, 'vmStates' | 'taskStates'> | null {
  if (query.status !== undefined) {
    const states = statesOfStatus(query.status)
    if (states) return states
    if (ctx.version >= 38) throw badRequest('Invalid status value')
    return null
  }
  return {
    ...(query.vm_state === undefined ? {} : { vmStates: [query.vm_state] }),
    ...(query.task_state === undefined ? {} : { taskStates: [query.task_state] }),
  }
}

const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))

/** Filters that only some may use: everybody else's are ignored, not refused. */
function equalFilters(ctx: Ctx, query: ListServers): NonNullable<ServerFilter['equal']> {
  const admin = ctx.can('os_compute_api:servers:allow_all_filters')
  const open = admin || ctx.version >= 83
  return {
    ...(query.image === undefined ? {} : { image_id: query.image }),
    ...(query.reservation_id === undefined ? {} : { reservation_id: query.reservation_id }),
    ...(admin && query.host !== undefined ? { host: query.host } : {}),
    ...(admin && query.node !== undefined ? { host: query.node } : {}),
    ...(admin && query.hostname !== undefined ? { hostname: query.hostname } : {}),
    ...(open && query.availability_zone !== undefined ? { availability_zone: query.availability_zone } : {}),
    ...(open && query.key_name !== undefined ? { key_name: query.key_name } : {}),
    ...(open && query.power_state !== undefined ? { power_state: Number(query.power_state) } : {}),
    ...(open && query.config_drive !== undefined ? { config_drive: isTrue(query.config_drive) ? 1 : 0 } : {}),
    ...(admin && query.access_ip_v4 !== undefined ? { access_ip_v4: query.access_ip_v4 } : {}),
    ...(admin && query.access_ip_v6 !== undefined ? { access_ip_v6: query.access_ip_v6 } : {}),
  }
}

/** The versions that brought filters; before them their names mean nothing. */
const TAGS = 26
const CHANGES_BEFORE = 66
const LOCKED = 73

const words = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : text.split(',')

/** What SQL cannot say: addresses by regular expression, and tags. */
function remainder(ctx: Ctx, query: ListServers): ((row: ServerRow) => boolean) | null {
  const [all = [], any = [], notAll = [], notAny = []] = (
    ['tags', 'tags-any', 'not-tags', 'not-tags-any'] as const
  ).map((key) => (ctx.version < TAGS ? [] : words(query[key])))
  const patterns = [query.ip, query.ip6].filter((text) => text !== undefined)
  const fitsName = query.name === undefined || isPlain(query.name) ? null : nameFilter(query.name)
  if (!fitsName && all.length + any.length + notAll.length + notAny.length + patterns.length === 0) return null
  return (row) => {
    const tags = new Set(tagsOf(row))
    const has = (tag: string) => tags.has(tag)
    const addresses = cardsOf(row).flatMap((card) => card.ips.flatMap((ip) => [ip.address, ...ip.floating]))
    return (
      (!fitsName || fitsName(row.name)) &&
      all.every(has) &&
      (any.length === 0 || any.some(has)) &&
      (notAll.length === 0 || !notAll.every(has)) &&
      !notAny.some(has) &&
      patterns.every((pattern) => addresses.some((address) => address.includes(pattern)))
    )
  }
}

/** A page of the servers that the query names. @throws badRequest, forbidden */
export async function listServers(ctx: Ctx, query: ListServers, detail: boolean): Promise<Page<ServerRow>> {
  ctx.authorize(`os_compute_api:servers:${detail ? 'detail' : 'index'}`)
  const everybody = wantsAllTenants(query.all_tenants)
  if (everybody) ctx.authorize(`os_compute_api:servers:${detail ? 'detail' : 'index'}:get_all_tenants`)
  const states = stateFilter(ctx, query)
  if (!states) return { rows: [], more: false }
  const deleted = query.deleted !== undefined && isTrue(query.deleted)
  const admin = ctx.can('os_compute_api:servers:allow_all_filters')
  if (states.vmStates?.includes('deleted') && !admin) throw forbidden('Only administrators may list deleted instances')
  const changedSince = timeOf(query['changes-since'])
  const changedBefore = ctx.version < CHANGES_BEFORE ? undefined : timeOf(query['changes-before'])
  if (changedSince !== undefined && changedBefore !== undefined && changedBefore < changedSince) {
    throw badRequest('The value of changes-since must be less than or equal to changes-before.')
  }
  const limit = Math.min(query.limit ?? maxPage, maxPage)
  const marker = query.marker === undefined ? undefined : await findSeenServer(ctx, query.marker)
  if (query.marker !== undefined && !marker) throw badRequest(`marker [${query.marker}] not found`)
  const keeps = remainder(ctx, query)
  const rows = await readServers(ctx, {
    ...states,
    projectId: everybody ? (query.project_id ?? query.tenant_id) : (ctx.caller.projectId ?? ''),
    userId: admin ? query.user_id : undefined,
    ids: query.uuid === undefined ? undefined : [query.uuid],
    name: query.name === undefined || query.name === '' ? undefined : plainPart(query.name),
    equal: equalFilters(ctx, query),
    flavorId: query.flavor,
    locked: query.locked === undefined || ctx.version < LOCKED ? undefined : readFlag(query.locked),
    deleted:
      (deleted && admin) || states.vmStates?.includes('deleted')
        ? true
        : changedSince === undefined && changedBefore === undefined
          ? false
          : undefined,
    changedSince,
    // Servers show when they changed in whole seconds: what is shown as that second is of it.
    changedBefore: changedBefore === undefined ? undefined : Math.floor(changedBefore / 1000) * 1000 + 999,
    sort: sortOf(query),
    marker,
    limit: keeps ? 100_000 : limit + 1,
  })
  return cutPage(keeps ? rows.filter(keeps) : rows, limit)
}
