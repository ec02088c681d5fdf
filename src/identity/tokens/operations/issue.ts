import { decryptFernet, encryptFernet } from '#lib/fernet/fernet.ts'
import { randomHandful } from '#lib/random/random.ts'
import { isJws, openJws, signJws } from '#lib/jws/jws.ts'
import type { Ctx } from '#platform/context.ts'
import type { TokenKeys } from '../../keys/operations.ts'
import { claimsOf, payloadOf } from '../claims.ts'
import { InvalidTokenPayload } from '../payload-fields.ts'
import {
  type AuthMethod,
  packTokenPayload,
  type TokenPayload,
  type TokenScope,
  unpackTokenPayload,
} from '../payloads.ts'
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
  const issuedAt = Math.floor(ctx.now / 1000)
  const payload: TokenPayload = {
    userId: grant.userId,
    methods: grant.methods,
    expiresAt: grant.expiresAt ?? (issuedAt + Math.floor(lifeMs / 1000)) * 1000,
    auditIds: [newAuditId(), ...(grant.parentAuditId === undefined ? [] : [grant.parentAuditId])],
    scope: grant.scope,
  }
  return { token: encode(keys, payload, issuedAt), payload, issuedAt }
}

function encode(keys: TokenKeys, payload: TokenPayload, issuedAt: number): string {
  if (keys.signsJws) {
    const signing = keys.jws().find((key) => key.signing !== null)?.signing
    if (signing) return signJws(signing, claimsOf(payload, issuedAt))
  }
  const [primary] = keys.all()
  if (!primary) throw new Error('there are no token keys')
  return encryptFernet(primary, packTokenPayload(payload), issuedAt)
}

/** What a token of either form says. @throws InvalidFernetToken, InvalidJws, InvalidTokenPayload */
export function unpackToken(
  keys: TokenKeys,
  token: string,
  nowMs: number,
): { readonly payload: TokenPayload; readonly issuedAt: number } {
  const now = Math.ceil(nowMs / 1000)
  if (!isJws(token)) {
    const { payload, issuedAt } = decryptFernet(keys.all(), token, { now })
    return { payload: unpackTokenPayload(payload), issuedAt }
  }
  const claims = openJws(
    keys.jws().map(({ verifying }) => verifying),
    token,
  )
  const opened = payloadOf(claims)
  // Fernet tokens from the future are refused as well.
  if (opened.issuedAt > now + 60) throw new InvalidTokenPayload('issued in the future')
  return opened
}

const newAuditId = (): string => randomHandful(16).toString('base64url')
