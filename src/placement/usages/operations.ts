import type { Ctx } from '#platform/context.ts'
import { notFound } from '#platform/errors.ts'
import type { Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import type { ListUsages } from './schemas.ts'
import * as store from './store.ts'

/** @throws notFound */
export const getProviderUsages = async (ctx: Ctx, forest: Forest, uuid: string): Promise<Provider> => {
  const provider = (await forest.view(ctx)).index.get(uuid)
  if (provider !== undefined) return provider
  throw notFound(`No resource provider with uuid ${uuid} found: No resource provider with uuid ${uuid} found`)
}

/** What a project (or one user of it) uses of each class. */
export const sumByClass = async (
  ctx: Ctx,
  projectId: string,
  userId: string | undefined,
): Promise<Record<string, number>> => totals(await store.sumUsages(ctx, projectId, userId))

const totals = (rows: readonly store.UsageRow[]): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const { resource_class: name, used } of rows) sums[name] = (sums[name] ?? 0) + used
  return sums
}

/** Sums by class, and how many consumers they are of, for each type: `all` puts all types together. */
export const sumByType = async (
  ctx: Ctx,
  { project_id: projectId, user_id: userId, consumer_type: wanted }: ListUsages,
): Promise<Record<string, Record<string, number>>> => {
  const rows = await store.sumUsages(ctx, projectId, userId)
  const counts = await store.countConsumers(ctx, projectId, userId)
  const entry = (type: string, matches: (type: string | null) => boolean): Record<string, Record<string, number>> => {
    const matching = rows.filter((row) => matches(row.consumer_type))
    if (matching.length === 0) return {}
    const count = [...counts].filter(([each]) => matches(each)).reduce((sum, [, each]) => sum + each, 0)
    return { [type]: { ...totals(matching), consumer_count: count } }
  }
  if (wanted === 'all') return entry('all', () => true)
  if (wanted === 'unknown') return entry('unknown', (type) => type === null)
  if (wanted !== undefined) return entry(wanted, (type) => type === wanted)
  const types = [...counts.keys()].map((type) => entry(type ?? 'unknown', (each) => each === type))
  return Object.assign({}, ...types)
}
