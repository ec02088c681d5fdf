import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import type { Forest, Names } from '#placement/resource-providers/operations/forest.ts'
import { noTrait } from '../../errors.ts'
import { CUSTOM_PATTERN } from '../../schemas.ts'
import type { ListTraits } from '../schemas.ts'
import * as store from '../store.ts'

/**
 * Traits and when they came, filtered by `in:A,B` or `startswith:A` and by whether a provider has them.
 * @throws badRequest for a filter of another form
 */
export const listTraits = async (ctx: Ctx, forest: Forest, { name, associated }: ListTraits): Promise<Names> => {
  const matchesName = name === undefined ? () => true : parseNameFilter(name)
  const wanted = associated === undefined ? undefined : parseAssociated(associated)
  const { index, traits } = await forest.view(ctx)
  const isWanted = (trait: string): boolean => wanted === undefined || index.withTrait(trait).size > 0 === wanted
  return new Map([...traits].filter(([trait]) => matchesName(trait) && isWanted(trait)))
}

const parseNameFilter = (filter: string): ((name: string) => boolean) => {
  const [, operator, value = ''] = /^([^:]*):(.*)$/s.exec(filter) ?? []
  if (operator === undefined) {
    throw badRequest(
      'Badly formatted name parameter. Expected name query string parameter in form: ' +
        `?name=[in|startswith]:[name1,name2|prefix]. Got: "${filter}"`,
    )
  }
  if (operator === 'startswith') return (name) => name.startsWith(value.toUpperCase())
  if (operator !== 'in') return () => true
  const names = new Set(value.split(','))
  return (name) => names.has(name)
}

const parseAssociated = (text: string): boolean => {
  const value = text.toLowerCase()
  if (value !== 'true' && value !== 'false') {
    throw badRequest('The query parameter "associated" only accepts "true" or "false"')
  }
  return value === 'true'
}

/**
 * When the trait was created (0: a standard one).
 * @throws notFound
 */
export const getTrait = async (ctx: Ctx, forest: Forest, name: string): Promise<number> => {
  const created = (await forest.view(ctx)).traits.get(name)
  if (created === undefined) throw noTrait(name)
  return created
}

/**
 * Makes sure that a custom trait exists.
 * @returns when it was created, and whether that is now
 * @throws badRequest for a name that is not CUSTOM_…
 */
export const createTrait = async (
  ctx: Ctx,
  forest: Forest,
  name: string,
): Promise<{ created: number; isNew: boolean }> => {
  if (name.length > 255 || !new RegExp(CUSTOM_PATTERN).test(name)) {
    throw badRequest(
      'The trait is invalid. A valid trait must be no longer than 255 characters, start with the prefix "CUSTOM_" ' +
        'and use following characters: "A"-"Z", "0"-"9" and "_"',
    )
  }
  const known = (await forest.view(ctx)).traits.get(name)
  if (known !== undefined) return { created: known, isNew: false }
  return forest.change(ctx, async (tx, change) => {
    const created = change.traits.get(name)
    if (created !== undefined) return { created, isNew: false }
    await store.insertTraits(tx, [name])
    change.reload()
    return { created: tx.now, isNew: true }
  })
}

/**
 * Deletes a custom trait.
 * @throws notFound, badRequest (a standard one), conflict (a provider has it)
 */
export const deleteTrait = (ctx: Ctx, forest: Forest, name: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    if (!change.traits.has(name)) throw noTrait(name)
    if (!name.startsWith('CUSTOM_')) throw badRequest(`Cannot delete standard trait ${name}.`)
    if (change.index.withTrait(name).size > 0) throw conflict(`The trait ${name} is in use by a resource provider.`)
    await store.deleteTrait(tx, name)
    change.reload()
  })
