import type { Ctx } from '#platform/context.ts'
import { badRequest, type CloudError, conflict, notFound } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import { DUPLICATE_NAME, PROVIDER_IN_USE, PROVIDER_IS_PARENT } from '../../errors.ts'
import { dashedUuid } from '../../uuid.ts'
import type { Provider } from '../rules/provider-index.ts'
import { type ParentProblem, parentProblem, subtreeOf } from '../rules/tree.ts'
import type { CreateProvider, UpdateProvider } from '../schemas.ts'
import type { Forest } from './forest.ts'
import { deleteProvider as removeProvider, saveProvider } from '../store/write.ts'
import { findProvider } from './list.ts'

/**
 * Creates a provider, at generation 0 and without inventory.
 * @throws conflict (name or uuid taken), badRequest (no such parent, or itself)
 */
export const createProvider = (ctx: Ctx, forest: Forest, body: CreateProvider): Promise<Provider> =>
  forest.change(ctx, async (tx, change) => {
    const { index } = change
    const uuid = body.uuid === undefined ? newUuid() : dashedUuid(body.uuid)
    const refuse = (reason: string): CloudError =>
      badRequest(
        `Unable to create resource provider "${body.name}", ${uuid}: Object action create failed because: ${reason}`,
      )
    if (body.name === '') throw refuse('name is required')
    const parentUuid = body.parent_provider_uuid ?? undefined
    if (parentUuid === uuid) {
      throw refuse(
        'parent provider UUID cannot be same as UUID. Please set parent provider UUID to None if there is no parent.',
      )
    }
    const parent = parentUuid === undefined ? undefined : index.get(parentUuid)
    if (parentUuid !== undefined && parent === undefined) throw refuse('parent provider UUID does not exist.')
    const taken = (what: string): CloudError =>
      conflict(`Conflicting resource provider ${what} already exists.`, { code: DUPLICATE_NAME })
    if (index.get(uuid) !== undefined) throw taken(`uuid: ${uuid}`)
    if (index.named(body.name) !== undefined) throw taken(`name: ${body.name}`)
    const provider: Provider = {
      uuid,
      name: body.name,
      generation: 0,
      updatedAt: tx.now,
      parentUuid,
      rootUuid: parent?.rootUuid ?? uuid,
      inventories: new Map(),
      traits: new Set(),
      aggregates: new Set(),
    }
    await saveProvider(tx, change, undefined, provider)
    return provider
  })

/**
 * Renames a provider or gives it another parent; the roots of everything below follow.
 * @throws notFound, conflict (name taken), badRequest (parent not allowed)
 */
export const updateProvider = (ctx: Ctx, forest: Forest, uuid: string, body: UpdateProvider): Promise<Provider> =>
  forest.change(ctx, async (tx, change) => {
    const { index } = change
    const before = findProvider(change, uuid)
    const parentUuid = body.parent_provider_uuid === undefined ? (before.parentUuid ?? null) : body.parent_provider_uuid
    const problem = parentProblem(index, before, parentUuid, ctx.version)
    if (problem !== undefined) throw notSaved(uuid, problem)
    if (body.name !== before.name && index.named(body.name) !== undefined) {
      throw conflict(`Conflicting resource provider ${body.name} already exists.`, { code: DUPLICATE_NAME })
    }
    const rootUuid = parentUuid === null ? uuid : (index.get(parentUuid)?.rootUuid ?? uuid)
    const after = { ...before, name: body.name, parentUuid: parentUuid ?? undefined, rootUuid, updatedAt: tx.now }
    await saveProvider(tx, change, before, after)
    if (rootUuid === before.rootUuid) return after
    for (const below of subtreeOf(index, before).slice(1)) {
      await saveProvider(tx, change, below, { ...below, rootUuid, updatedAt: tx.now })
    }
    return after
  })

const notSaved = (uuid: string, { action, reason }: ParentProblem): CloudError =>
  badRequest(`Unable to save resource provider ${uuid}: Object action ${action} failed because: ${reason}`)

/**
 * Deletes a provider, its inventories, traits and memberships.
 * @throws notFound, conflict (it has children or allocations)
 */
export const deleteProvider = (ctx: Ctx, forest: Forest, uuid: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    const provider = change.index.get(uuid)
    if (provider === undefined) throw notFound(`No resource provider with uuid ${uuid} found for delete`)
    if (subtreeOf(change.index, provider).length > 1) {
      throw conflict(`Unable to delete parent resource provider ${uuid}: It has child resource providers.`, {
        code: PROVIDER_IS_PARENT,
      })
    }
    if ([...provider.inventories.values()].some(({ used }) => used > 0)) {
      throw conflict(`Unable to delete resource provider ${uuid}: Resource provider has allocations.`, {
        code: PROVIDER_IN_USE,
      })
    }
    await removeProvider(tx, change, provider)
  })
