import { Value } from 'typebox/value'
import { badRequest, conflict, forbidden } from '#platform/errors.ts'
import type { Source, Stores } from '../../data/stores.ts'
import { IN_USE } from '../../drivers/driver.ts'
import { detailed } from '../../errors.ts'
import { formatProblem } from '../../images/rules/status.ts'
import type { PatchChange } from '../../images/rules/patch.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { columnsOf, type Location } from '../rules/columns.ts'
import { newValues, placeIn } from '../rules/validation.ts'
import { type NewLocation, newLocation, newLocations } from '../schemas.ts'
import { checkLocation } from './check.ts'

export type LocationDeps = { readonly stores: Stores; readonly areVisible: boolean }

const verbs = { add: 'add', replace: 'update', remove: 'remove' } as const

/**
 * Applies a change of locations to an image that is being changed.
 * @returns what is to be removed from its store once the change is written
 * @throws forbidden, conflict (status, a location that is there), badRequest
 */
export const patchLocations = async (
  { stores, areVisible }: LocationDeps,
  image: ImageRow,
  change: PatchChange,
): Promise<Source | undefined> => {
  if (!areVisible) throw forbidden(`It's not allowed to ${verbs[change.op]} locations if locations are invisible.`)
  const allowed: readonly string[] = change.op === 'remove' ? ['active'] : ['active', 'queued']
  if (!allowed.includes(image.status)) {
    throw conflict(`It's not allowed to ${change.op} locations if image status is ${image.status}.`)
  }
  const held = stores.locationsOf(image)
  if (change.op === 'remove') return removeLocation(stores, image, held, change.position ?? '')
  const given = change.op === 'add' ? [change.value] : change.value
  const added = Value.Check(newLocations, given) ? given : []
  const values = newValues(image, added)
  if (change.op === 'add') await insertLocation(stores, image, held, change.position ?? '', added)
  else await replaceLocations(stores, image, held, added)
  if (image.status !== 'queued') return undefined
  const problem = formatProblem(image)
  if (problem !== undefined) throw badRequest(problem)
  Object.assign(image, values, { status: 'active' })
  return undefined
}

/** Whether a value of a patch is a location, or (`replace`) a list of them. */
export const isLocations = (op: 'add' | 'replace', value: unknown): boolean =>
  op === 'add' ? Value.Check(newLocation, value) : Value.Check(newLocations, value)

const isSame = (a: Location, b: Location): boolean =>
  a.url === b.url && JSON.stringify(a.metadata) === JSON.stringify(b.metadata)

const removeLocation = async (
  stores: Stores,
  image: ImageRow,
  held: readonly Location[],
  position: string,
): Promise<Source | undefined> => {
  if (held.length === 1) throw detailed('forbidden', 'Cannot remove last location in the image.')
  const place = placeIn(position, held.length, false)
  const location = place === undefined ? undefined : held[place]
  if (place === undefined || location === undefined) throw badRequest('Invalid position for removing a location.')
  const source = stores.locate(location.url)
  if (source !== undefined && (await source.store.isInUse(source.name))) throw conflict(IN_USE)
  Object.assign(image, columnsOf(held.toSpliced(place, 1)))
  return source
}

const insertLocation = async (
  stores: Stores,
  image: ImageRow,
  held: readonly Location[],
  position: string,
  added: readonly NewLocation[],
): Promise<void> => {
  const place = placeIn(position, held.length, true)
  const [first] = added
  if (place === undefined || first === undefined) throw badRequest('Invalid position for adding a location.')
  const { location, size } = await checkLocation(stores, first)
  if (held.some((each) => isSame(each, location))) throw badRequest(`The location ${location.url} already exists`)
  Object.assign(image, columnsOf(held.toSpliced(place, 0, location)), { size: image.size || size })
}

const replaceLocations = async (
  stores: Stores,
  image: ImageRow,
  held: readonly Location[],
  added: readonly NewLocation[],
): Promise<void> => {
  const urls = (locations: readonly { url: string }[]): string => JSON.stringify(locations.map(({ url }) => url).sort())
  if (held.length > 0 && urls(held) !== urls(added)) {
    throw badRequest(`Original locations is not empty: ${JSON.stringify(held)}`)
  }
  const checked = []
  for (const each of added) {
    const { url, metadata } = each
    const isHeld = held.some((known) => known.url === url)
    checked.push(isHeld ? { size: 0, location: { url, metadata } } : await checkLocation(stores, each))
  }
  const locations = checked.map(({ location }) => location)
  const twice = locations.find((each, at) => locations.findIndex((other) => isSame(other, each)) !== at)
  if (twice !== undefined) throw badRequest(`The location ${twice.url} already exists`)
  const size = checked.find((each) => each.size > 0)?.size ?? null
  Object.assign(image, columnsOf(locations), { size: image.size || size })
}
