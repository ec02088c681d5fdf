import type { Ctx } from '#platform/context.ts'

/** A way in which a provider tells of its users, and the mapping that says what its words mean here. */
export type Protocol = {
  readonly idp_id: string
  readonly id: string
  readonly mapping_id: string
  /** Where in what the provider says its own name stands; null: where the configuration says. */
  readonly remote_id_attribute: string | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_protocols: Protocol
  }
}

export const findProtocol = (ctx: Ctx, idpId: string, id: string): Promise<Protocol | undefined> =>
  ctx.db.read
    .selectFrom('identity_protocols')
    .selectAll()
    .where('idp_id', '=', idpId)
    .where('id', '=', id)
    .executeTakeFirst()

export const listProtocols = (ctx: Ctx, idpId: string): Promise<Protocol[]> =>
  ctx.db.read
    .selectFrom('identity_protocols')
    .selectAll()
    .where('idp_id', '=', idpId)
    .orderBy('id')
    .limit(1000)
    .execute()

export const insertProtocol = (ctx: Ctx, row: Protocol) =>
  ctx.db.write.insertInto('identity_protocols').values(row).execute()

export const saveProtocol = (ctx: Ctx, { idp_id, id, ...columns }: Protocol) =>
  ctx.db.write
    .updateTable('identity_protocols')
    .set(columns)
    .where('idp_id', '=', idp_id)
    .where('id', '=', id)
    .execute()

export const removeProtocol = (ctx: Ctx, idpId: string, id: string) =>
  ctx.db.write.deleteFrom('identity_protocols').where('idp_id', '=', idpId).where('id', '=', id).execute()

export const removeProtocolsOf = (ctx: Ctx, idpId: string) =>
  ctx.db.write.deleteFrom('identity_protocols').where('idp_id', '=', idpId).execute()
