import type { Ctx } from '#platform/context.ts'
import type { InUse } from './operations.ts'
import type { QuotaName, Quotas } from './rules.ts'

/** nova-network's, which are unlimited and gone since 2.36. */
const networkQuotas = { fixed_ips: -1, floating_ips: -1, security_groups: -1, security_group_rules: -1 }
const injected = new Set(['injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'])

const visible = (ctx: Ctx, quotas: Quotas): [string, number][] => [
  ...Object.entries(quotas).filter(([name]) => ctx.version < 57 || !injected.has(name)),
  ...(ctx.version < 36 ? Object.entries(networkQuotas) : []),
]

/** `{ id, instances: 10, … }`; without the id where Nova leaves it out. */
export const viewQuotas = (ctx: Ctx, quotas: Quotas, id: string | null): Record<string, unknown> => ({
  ...(id === null ? {} : { id }),
  ...Object.fromEntries(visible(ctx, quotas)),
})

const isCounted = (name: string, used: InUse): name is QuotaName => name in used

/** `{ id, instances: { limit, in_use, reserved }, … }`. */
export const viewQuotaDetail = (ctx: Ctx, quotas: Quotas, used: InUse, id: string): Record<string, unknown> => ({
  id,
  ...Object.fromEntries(
    visible(ctx, quotas).map(([name, limit]) => [
      name,
      { limit, in_use: isCounted(name, used) ? (used[name] ?? 0) : 0, reserved: 0 },
    ]),
  ),
})

/** GET /limits: the same numbers under their older names. */
export function viewLimits(ctx: Ctx, quotas: Quotas, used: InUse) {
  return {
    limits: {
      rate: [],
      absolute: {
        maxTotalInstances: quotas.instances,
        maxTotalCores: quotas.cores,
        maxTotalRAMSize: quotas.ram,
        maxServerMeta: quotas.metadata_items,
        ...(ctx.version < 39 ? { maxImageMeta: quotas.metadata_items } : {}),
        ...(ctx.version < 57
          ? { maxPersonality: quotas.injected_files, maxPersonalitySize: quotas.injected_file_content_bytes }
          : {}),
        maxTotalKeypairs: quotas.key_pairs,
        maxServerGroups: quotas.server_groups,
        maxServerGroupMembers: quotas.server_group_members,
        ...(ctx.version < 36
          ? {
              maxTotalFloatingIps: -1,
              maxSecurityGroups: -1,
              maxSecurityGroupRules: -1,
              totalFloatingIpsUsed: 0,
              totalSecurityGroupsUsed: 0,
            }
          : {}),
        totalInstancesUsed: used.instances ?? 0,
        totalCoresUsed: used.cores ?? 0,
        totalRAMUsed: used.ram ?? 0,
        totalServerGroupsUsed: used.server_groups ?? 0,
      },
    },
  }
}
