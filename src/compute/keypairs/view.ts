import type { Ctx } from '#platform/context.ts'
import { naiveTime } from '../times.ts'
import type { CreatedKeypair } from './operations.ts'
import type { KeypairRow } from './store.ts'

const typeSince2 = (ctx: Ctx, row: KeypairRow) => (ctx.version >= 2 ? { type: row.type } : {})

/** A key of the list. */
export const viewKeypairBasic = (ctx: Ctx, row: KeypairRow) => ({
  keypair: { name: row.name, public_key: row.public_key, fingerprint: row.fingerprint, ...typeSince2(ctx, row) },
})

/** A key that was just made or imported. */
export const viewCreatedKeypair = (ctx: Ctx, { row, privateKey }: CreatedKeypair) => ({
  keypair: {
    name: row.name,
    public_key: row.public_key,
    fingerprint: row.fingerprint,
    user_id: row.user_id,
    ...(privateKey === null ? {} : { private_key: privateKey }),
    ...typeSince2(ctx, row),
  },
})

/** A key with everything. */
export const viewKeypair = (ctx: Ctx, row: KeypairRow) => ({
  keypair: {
    name: row.name,
    public_key: row.public_key,
    fingerprint: row.fingerprint,
    ...typeSince2(ctx, row),
    user_id: row.user_id,
    deleted: false,
    created_at: naiveTime(row.created_at),
    deleted_at: null,
    updated_at: null,
    id: row.number,
  },
})
