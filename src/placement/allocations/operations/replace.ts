import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import type { Change } from '#placement/resource-providers/operations/forest.ts'
import { CONCURRENT_UPDATE } from '../../errors.ts'
import { applyClaims, type Draft, type Wanted } from '../rules.ts'
import * as store from '../store.ts'

/** Whose an allocation is where a caller of the time before 1.8 did not say. */
const INCOMPLETE_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Makes each consumer hold exactly what is wanted, all or nothing; the providers are changed in the draft.
 * Consumers come into being with their first allocation and go with their last. Generations of consumers move on, and
 * those of the providers they now use (of those they leave only where they leave with nothing).
 * @throws conflict (consumer generation), badRequest (no such provider), ClaimError
 */
export const replaceAllocations = async (
  tx: Ctx,
  change: Change,
  draft: Draft,
  wanted: readonly Wanted[],
): Promise<void> => {
  const uuids = wanted.map(({ consumer }) => consumer)
  if (uuids.length === 0) return
  const consumers = new Map((await store.findConsumers(tx, uuids)).map((row) => [row.uuid, row]))
  const old = consumers.size === 0 ? [] : await store.listByConsumers(tx, uuids)
  for (const each of wanted) checkGeneration(each, consumers.get(each.consumer)?.generation)
  const claims = wanted.flatMap((each) => each.claims)
  for (const { provider } of claims) {
    if (draft.get(provider) !== undefined) continue
    throw badRequest(`Allocation for resource provider '${provider}' that does not exist.`)
  }
  applyClaims(
    draft,
    (name) => change.classes.has(name),
    old.map((row) => ({ provider: row.provider_uuid, resourceClass: row.resource_class, used: row.used })),
    claims,
  )
  const emptied = new Set(wanted.filter((each) => each.claims.length === 0).map(({ consumer }) => consumer))
  const left = old.filter((row) => emptied.has(row.consumer_uuid)).map((row) => row.provider_uuid)
  for (const uuid of new Set([...claims.map(({ provider }) => provider), ...left])) {
    const provider = draft.get(uuid)
    if (provider) draft.put({ ...provider, generation: provider.generation + 1, updatedAt: tx.now })
  }
  if (old.length > 0) await store.deleteAllocations(tx, uuids)
  const rows = wanted.flatMap((each) => rowsOf(each, tx.now))
  await store.insertAllocations(tx, rows)
  await saveConsumers(tx, wanted, consumers)
}

const checkGeneration = ({ generation }: Wanted, current: number | undefined): void => {
  if (generation === undefined || generation === (current ?? null)) return
  throw conflict(`consumer generation conflict - expected ${current ?? 'null'} but got ${generation ?? 'None'}`, {
    code: CONCURRENT_UPDATE,
  })
}

const rowsOf = ({ consumer, claims }: Wanted, now: number): store.AllocationRow[] =>
  claims.map(({ provider, resourceClass, amount }) => ({
    consumer_uuid: consumer,
    provider_uuid: provider,
    resource_class: resourceClass,
    used: amount,
    created_at: now,
  }))

const saveConsumers = async (
  tx: Ctx,
  wanted: readonly Wanted[],
  consumers: ReadonlyMap<string, store.ConsumerRow>,
): Promise<void> => {
  const gone: string[] = []
  const fresh: store.ConsumerRow[] = []
  for (const { consumer: uuid, projectId = INCOMPLETE_ID, userId = INCOMPLETE_ID, type, claims } of wanted) {
    const current = consumers.get(uuid)
    if (claims.length === 0) {
      if (current) gone.push(uuid)
      continue
    }
    const row = {
      uuid,
      project_id: projectId,
      user_id: userId,
      consumer_type: type ?? current?.consumer_type ?? null,
      generation: (current?.generation ?? 0) + 1,
    }
    if (current) await store.updateConsumer(tx, row)
    else fresh.push(row)
  }
  await store.insertConsumers(tx, fresh)
  if (gone.length > 0) await store.deleteConsumers(tx, gone)
}
