import { badRequest } from '#platform/errors.ts'
import type { ItemRow } from '../rows.ts'

const MAX_LIMIT = 1000
/** The filter is held to these, and does nothing. */
const VISIBILITIES = ['public', 'private', 'shared']

/** @throws badRequest */
export const parseLimit = (text: string | null, smallest: 0 | 1): number | undefined => {
  if (text === null || text === '') return undefined
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw badRequest('limit param must be an integer')
  if (Number(text) < smallest) throw badRequest('limit param must be positive')
  return Math.min(Number(text), MAX_LIMIT)
}

/** @throws badRequest */
export const parseDirection = (text: string | null): 'asc' | 'desc' => {
  if (text === null || text === 'desc') return 'desc'
  if (text !== 'asc') throw badRequest(`Invalid sort direction: ${text}`)
  return 'asc'
}

/**
 * One page of the items of a namespace, which has hundreds at most.
 * @param items newest first
 * @throws badRequest
 */
export const pageOf = (items: readonly ItemRow[], rawQuery: string, smallest: 0 | 1): readonly ItemRow[] => {
  const query = new URLSearchParams(rawQuery)
  const visibility = query.get('visibility') || 'public'
  if (!VISIBILITIES.includes(visibility)) throw badRequest(`Invalid visibility value: ${visibility}`)
  const isByName = query.get('sort_key') === 'name'
  const isAscending = parseDirection(query.get('sort_dir')) === 'asc'
  const newest = isByName ? items.toSorted((a, b) => (a.name < b.name ? 1 : -1)) : items
  const sorted = isAscending ? newest.toReversed() : newest
  const marker = query.get('marker')
  const from = marker === null || marker === '' ? 0 : sorted.findIndex(({ name }) => name === marker) + 1
  return sorted.slice(from).slice(0, parseLimit(query.get('limit'), smallest))
}
