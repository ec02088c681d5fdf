import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { toInteger } from '../attributes/readers.ts'
import { isDict, shown } from '../attributes/readers.ts'
import { httpBadRequest, overQuota, resourceNotFound } from '../errors.ts'
import { DEFAULT_QUOTAS, isQuotaResource, QUOTA_RESOURCES, type QuotaResource } from './rules.ts'
import * as store from './store.ts'

export type Quotas = { readonly [resource in QuotaResource]: number }
export type QuotaDetail = { readonly used: number; readonly limit: number; readonly reserved: number }

/**
 * Refuses what a project's quota has no room for. Called in the transaction that writes the objects.
 * @throws conflict OverQuota
 */
export async function enforceQuota(ctx: Ctx, projectId: string, resource: QuotaResource, more: number): Promise<void> {
  const { limit, used } = await store.findUsage(ctx, projectId, resource)
  const allowed = limit ?? DEFAULT_QUOTAS[resource]
  if (allowed >= 0 && used + more > allowed) throw overQuota([resource])
}

function withDefaults(rows: readonly store.QuotaRow[]): Quotas {
  const quotas: { [resource in QuotaResource]: number } = { ...DEFAULT_QUOTAS }
  for (const { resource, amount } of rows) if (isQuotaResource(resource)) quotas[resource] = amount
  return quotas
}

const target = (projectId: string) => ({ project_id: projectId, tenant_id: projectId })

export async function getQuotas(ctx: Ctx, projectId: string): Promise<Quotas> {
  ctx.authorize('get_quota', target(projectId))
  return withDefaults(await store.listQuotas(ctx, projectId))
}

/** The limits of projects that nobody set any for. */
export function getDefaultQuotas(ctx: Ctx, projectId: string): Quotas {
  ctx.authorize('get_quota', target(projectId))
  return DEFAULT_QUOTAS
}

/** Limits with what is used of them. */
export async function getQuotaDetails(ctx: Ctx, projectId: string): Promise<{ [resource: string]: QuotaDetail }> {
  const quotas = await getQuotas(ctx, projectId)
  const details: { [resource: string]: QuotaDetail } = {}
  for (const resource of QUOTA_RESOURCES) {
    details[resource] = { limit: quotas[resource], used: await store.countUsed(ctx, projectId, resource), reserved: 0 }
  }
  return details
}

/** Quotas of every project that has its own. */
export async function listQuotas(ctx: Ctx): Promise<(Quotas & { project_id: string; tenant_id: string })[]> {
  ctx.authorize('get_quota', target(ctx.caller.projectId ?? ''))
  const rows = await store.listAllQuotas(ctx)
  const projects = [...new Set(rows.map((row) => row.project_id))].filter((id) => ctx.can('get_quota', target(id)))
  return projects.map((id) => ({
    ...withDefaults(rows.filter((row) => row.project_id === id)),
    project_id: id,
    tenant_id: id,
  }))
}

/** Sets limits; those not named stay. */
export function updateQuotas(ctx: Ctx, projectId: string, body: unknown): Promise<Quotas> {
  const given = isDict(body) ? body.quota : undefined
  if (!isDict(given)) throw httpBadRequest("Unable to find 'quota' in request body")
  const limits = Object.entries(given).filter(([name]) => name !== 'tenant_id' && name !== 'project_id')
  const unknown = limits.filter(([name]) => !isQuotaResource(name)).map(([name]) => name)
  if (unknown.length > 0) throw httpBadRequest(`Unrecognized attribute(s) '${unknown.join(', ')}'`)
  const amounts = limits.map(([name, value]): [string, number] => {
    const amount = toInteger(value)
    if (amount === undefined || amount < -1 || amount > 0x7fffffff) {
      throw httpBadRequest(
        `Invalid input for ${name}. Reason: '${shown(value)}' ${amount === undefined ? 'is not an integer' : amount < 0 ? "is too small - must be at least '-1'" : "is too large - must be no larger than '2147483647'"}.`,
      )
    }
    return [name, amount]
  })
  ctx.authorize('update_quota', target(projectId))
  return inTransaction(ctx, async (tx) => {
    for (const [name, amount] of amounts) await store.setQuota(tx, projectId, name, amount)
    return withDefaults(await store.listQuotas(tx, projectId))
  })
}

/** Back to the defaults. */
export async function deleteQuotas(ctx: Ctx, projectId: string): Promise<void> {
  ctx.authorize('delete_quota', target(projectId))
  const result = await store.deleteQuotas(ctx, projectId)
  if (!result.some((each) => each.numDeletedRows > 0n)) throw resourceNotFound()
}
