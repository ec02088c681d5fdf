// A receipt says which methods of a login have been passed already. It is made with the keys of the tokens, and none can be
// taken for the other: a token begins with the number of its kind, a receipt with a user.

import { decryptFernet, encryptFernet, InvalidFernetToken } from '#lib/fernet/fernet.ts'
import type { Ctx } from '#platform/context.ts'
import { notAuthenticated } from '../errors.ts'
import type { TokenKeys } from '../keys/operations.ts'
import { findProject } from '../projects/store.ts'
import { type AuthMethod, packReceiptPayload, type ReceiptPayload, unpackReceiptPayload } from '../tokens/payloads.ts'
import { InvalidTokenPayload } from '../tokens/payload-fields.ts'
import type { User } from '../users/store.ts'
import { begunRules } from './rules.ts'

/** Time to find the telephone. */
const LIFE_S = 300

export type Receipt = {
  readonly id: string
  readonly methods: readonly AuthMethod[]
  readonly user: Pick<User, 'id' | 'name'>
  readonly domain: { readonly id: string; readonly name: string }
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Sets of methods of which one must be passed whole. */
  readonly required: readonly (readonly AuthMethod[])[]
}

/** Instead of a token, where the methods do not suffice. */
export async function createReceipt(
  ctx: Ctx,
  keys: TokenKeys,
  user: User,
  methods: readonly AuthMethod[],
): Promise<Receipt> {
  const [primary] = keys.all()
  if (!primary) throw new Error('there are no token keys')
  const issuedAt = Math.floor(ctx.now / 1000)
  const expiresAt = (issuedAt + LIFE_S) * 1000
  const domain = await findProject(ctx, user.domainId)
  return {
    id: encryptFernet(primary, packReceiptPayload({ userId: user.id, methods, expiresAt }), issuedAt),
    methods,
    user,
    domain: { id: user.domainId, name: domain?.name ?? '' },
    issuedAt: issuedAt * 1000,
    expiresAt,
    required: begunRules(user, methods),
  }
}

/** The methods that a receipt vouches for. @throws unauthorized where it is none, is over or is another user's */
export async function readReceipt(
  ctx: Ctx,
  keys: TokenKeys,
  id: string,
  userId: string,
): Promise<readonly AuthMethod[]> {
  const receipt = open(ctx, keys, id) ?? ((await keys.reload(ctx, ctx.now)) ? open(ctx, keys, id) : undefined)
  if (receipt?.userId !== userId || receipt.expiresAt <= ctx.now) throw notAuthenticated(ctx.baseUrl)
  return receipt.methods
}

function open(ctx: Ctx, keys: TokenKeys, id: string): ReceiptPayload | undefined {
  try {
    return unpackReceiptPayload(decryptFernet(keys.all(), id, { now: Math.ceil(ctx.now / 1000) }).payload)
  } catch (error) {
    if (error instanceof InvalidFernetToken || error instanceof InvalidTokenPayload) return undefined
    throw error
  }
}
