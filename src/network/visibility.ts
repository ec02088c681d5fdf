import type { Ctx } from '#platform/context.ts'

/** Whether the caller sees objects of every project: an administrator, a service, an advanced service. */
export const seesEverything = (ctx: Ctx): boolean =>
  ctx.caller.roles.includes('admin') || ctx.caller.roles.includes('service') || ctx.caller.roles.includes('advsvc')

/** The revision that an If-Match header asks for; null where it asks for none. */
export function revisionAsked(header: string | undefined): number | null {
  const match = header === undefined ? null : /revision_number=(\d+)/.exec(header)
  return match?.[1] === undefined ? null : Number(match[1])
}

/** Values of a JSON list of texts. */
export function textList(json: string): string[] {
  if (json === '[]') return []
  const value: unknown = JSON.parse(json)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The fields that a query string chooses; null: all. */
export function fieldsAsked(rawQuery: string): string[] | null {
  if (!rawQuery.includes('fields=')) return null
  const fields = new URLSearchParams(rawQuery).getAll('fields').filter((field) => field !== '')
  return fields.length === 0 ? null : fields
}
