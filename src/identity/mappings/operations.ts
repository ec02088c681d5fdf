import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { conflictIn, notFoundIn, validationError } from '../errors.ts'
import { checkId } from '../identity-providers/operations.ts'
import { complaintsAbout } from './grammar.ts'
import type { MappingBody } from './schemas.ts'
import * as store from './store.ts'

const DEFAULT_SCHEMA_VERSION = '1.0'

/** At most 1,000. */
export const listMappings = (ctx: Ctx): Promise<store.MappingRow[]> => store.listMappings(ctx)

/** @throws notFound */
export async function getMapping(ctx: Ctx, id: string): Promise<store.MappingRow> {
  const row = await store.findMapping(ctx, id)
  if (!row) throw notFoundIn('mapping', id)
  return row
}

/** @throws badRequest (rules), conflict */
export async function createMapping(ctx: Ctx, id: string, body: MappingBody): Promise<store.MappingRow> {
  checkId(id)
  const row = { id, ...checked(body) }
  try {
    await store.insertMapping(ctx, row)
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('mapping', 'Duplicate entry') : error
  }
  return row
}

/** Puts new rules in the place of the old ones. @throws badRequest (rules), notFound */
export function updateMapping(ctx: Ctx, id: string, body: MappingBody): Promise<store.MappingRow> {
  const row = { id, ...checked(body) }
  return inTransaction(ctx, async (tx) => {
    await getMapping(tx, id)
    await store.saveMapping(tx, row)
    return row
  })
}

/** @throws notFound */
export const deleteMapping = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getMapping(tx, id)
    await store.removeMapping(tx, id)
  })

function checked(body: MappingBody): Omit<store.MappingRow, 'id'> {
  const { rules, schema_version: given } = body
  const version = given === undefined || given === null || given === '' ? DEFAULT_SCHEMA_VERSION : given
  const complaints = complaintsAbout({ ...body, schema_version: version })
  if (typeof version !== 'string' || complaints.length > 0)
    throw validationError(complaints.map((line) => `${line}\n`).join(''))
  return { rules: JSON.stringify(rules), schema_version: version }
}
