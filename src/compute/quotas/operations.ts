import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest } from '#platform/errors.ts'
import type { IdentityDoor } from '../doors.ts'
import { isTrue } from '../parameters.ts'
import { countServerGroups } from '../server-groups/store.ts'
import { usageOfProject } from '../servers/store/usage.ts'
import { isQuotaName, type QuotaName, type Quotas } from './rules.ts'
import type { QuotaChanges } from './schemas.ts'
import * as store from './store.ts'

/** What is used of each quota that counts something. */
export type InUse = Readonly<Partial<Record<QuotaName, number>>>

/** @throws badRequest for a project that is not */
export async function checkProject(ctx: Ctx, identity: IdentityDoor, project: string): Promise<void> {
  if (!(await identity.projectExists(ctx, project))) throw badRequest(`Project ID ${project} is not a valid project.`)
}

/** A project's limits. @throws badRequest for a project that is not, forbidden for another's */
export async function getQuotas(ctx: Ctx, identity: IdentityDoor, project: string, rule: string): Promise<Quotas> {
  ctx.authorize(rule, { project_id: project })
  await checkProject(ctx, identity, project)
  return store.getQuotas(ctx, project)
}

export const getDefaults = (ctx: Ctx): Promise<Quotas> => store.getQuotas(ctx, store.defaultClass)

/** What a project uses. */
export async function getUsage(ctx: Ctx, project: string): Promise<InUse> {
  const { servers, vcpus, memoryMb } = await usageOfProject(ctx, project)
  return { instances: servers, cores: vcpus, ram: memoryMb, server_groups: await countServerGroups(ctx, project) }
}

/** Changes limits. Below what is used only by force, as Nova has it. @throws badRequest */
export async function updateQuotas(ctx: Ctx, project: string, { force, ...changes }: QuotaChanges): Promise<Quotas> {
  const used = await getUsage(ctx, project)
  await inTransaction(ctx, async (tx) => {
    for (const [name, value] of Object.entries(changes)) {
      // Limits of nova-network are taken and mean nothing, until 2.35.
      if (!isQuotaName(name)) continue
      const limit = Number(value)
      if (!Number.isInteger(limit) || limit < -1)
        throw badRequest(`Quota limit ${value} for ${name} must be in the range of -1 to 2147483647.`)
      const inUse = used[name] ?? 0
      if (!isTrue(force) && limit >= 0 && limit < inUse) {
        throw badRequest(
          `Quota limit ${limit} for ${name} must be greater than or equal to already used and reserved ${inUse}.`,
        )
      }
      await store.setQuota(tx, project, name, limit)
    }
  })
  return store.getQuotas(ctx, project)
}

export const deleteQuotas = (ctx: Ctx, project: string) => store.deleteQuotas(ctx, project)

/** Nova knows the class `default` alone; any other name shows and changes nothing but itself. */
export const updateClass = (ctx: Ctx, name: string, changes: QuotaChanges): Promise<Quotas> =>
  updateQuotas(ctx, name, { ...changes, force: true })
export const getClass = (ctx: Ctx, name: string): Promise<Quotas> => store.getQuotas(ctx, name)
