import { badRequest } from '#platform/errors.ts'

export type Comparison = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte'

const COMPARISONS: readonly Comparison[] = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte']

/** `gt:2026-01-01T00:00:00Z` as operator and value; a bare time is to be equal. */
export const splitOperator = (text: string): { operator: Comparison; value: string } => {
  const [, head, tail] = /^([^:]*):(.*)$/s.exec(text) ?? []
  if (head === undefined || tail === undefined || /^\d{4}-\d\d-\d\dT/.test(text)) return { operator: 'eq', value: text }
  const operator = COMPARISONS.find((each) => each === head)
  if (operator === undefined) throw badRequest('Unable to filter on a unknown operator.')
  return { operator, value: tail }
}

/** `in:a,"b,c"` as the texts of the list; anything else is one text to be equal, or an operator nobody knows. */
export const parseList = (text: string): string[] => {
  const [, operator, list] = /^([^:]*):(.*)$/s.exec(text) ?? []
  if (operator === undefined || list === undefined) return [text]
  if (operator === 'eq') return [list]
  if (operator !== 'in') throw badRequest(`Unable to filter by unknown operator '${operator}'.`)
  checkQuotes(list)
  return [...list.matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,/g)].map(
    ([, quoted, plain]) => quoted || plain || '',
  )
}

const checkQuotes = (list: string): void => {
  const refuse = (why: string) => badRequest(`Invalid filter value ${list}. ${why}`)
  let isOpen = false
  for (let at = 0; at < list.length; at++) {
    if (list[at] !== '"' || list[at - 1] === '\\') continue
    if (!isOpen && at > 0 && list[at - 1] !== ',') throw refuse('There is no comma before opening quotation mark.')
    if (isOpen && at + 1 < list.length && list[at + 1] !== ',') {
      throw refuse('There is no comma after closing quotation mark.')
    }
    isOpen = !isOpen
  }
  if (isOpen) throw refuse('The quote is not closed.')
}
