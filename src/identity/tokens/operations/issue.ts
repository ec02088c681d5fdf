import { randomBytes } from 'node:crypto'
import { encryptFernet } from '#lib/fernet/fernet.ts'
import type { Ctx } from '#platform/context.ts'
import type { TokenKeys } from '../../keys/operations.ts'
import { type AuthMethod, packTokenPayload, type TokenPayload, type TokenScope } from '../payloads.ts'
import type { Entry } from './render.ts'

/** What a login has come to. */
export type Grant = {
  readonly userId: string
  readonly methods: readonly AuthMethod[]
  readonly scope: TokenScope
  /** Milliseconds since 1970; absent: a whole new life. A token got by a token lives no longer than that one. */
  readonly expiresAt?: number
  /** The first token's audit id of the chain this one continues. */
  readonly parentAuditId?: string
}

export type Issued = { readonly token: string; readonly entry: Entry }

/** Makes a token for a grant whose authority has been found to hold. Its time of issue is a whole second, as Fernet has it. */
export function mint(ctx: Ctx, keys: TokenKeys, grant: Grant, lifeMs: number) {
  const [primary] = keys.all()
  if (!primary) throw new Error('there are no token keys')
  const issuedAt = Math.floor(ctx.now / 1000)
  const payload: TokenPayload = {
    userId: grant.userId,
    methods: grant.methods,
    expiresAt: grant.expiresAt ?? (issuedAt + Math.floor(lifeMs / 1000)) * 1000,
    auditIds: [newAuditId(), ...(grant.parentAuditId === undefined ? [] : [grant.parentAuditId])],
    scope: grant.scope,
  }
  return { token: encryptFernet(primary, packTokenPayload(payload), issuedAt), payload, issuedAt }
}

const newAuditId = (): string => randomBytes(16).toString('base64url')
