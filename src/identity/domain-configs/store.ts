// Settings of a domain, one row an option; values are JSON, sealed under the master key because a directory's password is among them.

import type { KeyObject } from 'node:crypto'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_domain_configs: { domain_id: string; group_name: string; option_name: string; sealed: string }
  }
}

/** One setting. */
export type Option = { readonly group: string; readonly option: string; readonly value: unknown }

export type DomainConfigStore = {
  readonly list: (ctx: Ctx, domainId: string) => Promise<Option[]>
  /** Puts options in the place of those of the same names; in a transaction. */
  readonly save: (ctx: Ctx, domainId: string, options: readonly Option[]) => Promise<void>
}

/** What a setting is sealed for. */
export const settingPurpose = (domainId: string, group: string, option: string): string =>
  `identity/domain-configs/${domainId}/${group}/${option}`

/** The settings of a cloud with this master key. */
export const createDomainConfigStore = (masterKey: KeyObject): DomainConfigStore => ({
  list: async (ctx, domainId) => {
    const rows = await ctx.db.read
      .selectFrom('identity_domain_configs')
      .selectAll()
      .where('domain_id', '=', domainId)
      .orderBy('group_name')
      .orderBy('option_name')
      .execute()
    return rows.map(({ group_name: group, option_name: option, sealed }) => {
      const value: unknown = JSON.parse(unseal(masterKey, sealed, settingPurpose(domainId, group, option)))
      return { group, option, value }
    })
  },
  save: async (ctx, domainId, options) => {
    for (const { group, option, value } of options) {
      const sealed = seal(masterKey, JSON.stringify(value), settingPurpose(domainId, group, option))
      const row = { domain_id: domainId, group_name: group, option_name: option, sealed }
      await removeDomainConfig(ctx, domainId, group, option)
      await ctx.db.write.insertInto('identity_domain_configs').values(row).execute()
    }
  },
})

/** All of a domain, of a group, or one option. */
export async function removeDomainConfig(ctx: Ctx, domainId: string, group?: string, option?: string): Promise<void> {
  let query = ctx.db.write.deleteFrom('identity_domain_configs').where('domain_id', '=', domainId)
  if (group !== undefined) query = query.where('group_name', '=', group)
  if (option !== undefined) query = query.where('option_name', '=', option)
  await query.execute()
}
