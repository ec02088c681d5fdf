import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { MappingRow } from './store.ts'

/** A mapping as the API shows it. */
export function viewMapping(ctx: Ctx, row: MappingRow) {
  const rules: unknown = JSON.parse(row.rules)
  return {
    id: row.id,
    rules,
    schema_version: row.schema_version,
    links: { self: linkTo(ctx, `OS-FEDERATION/mappings/${encodeURIComponent(row.id)}`) },
  }
}
