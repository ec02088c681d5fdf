// Every token this controller has seen lately, with what it says. A known token costs no SQL and no decryption.
// `epoch` counts the changes of anything in identity: whatever was read in an earlier one is read again on its next use.
// Other controllers are told over the bus; should a message be lost, what is known is read again after a while anyway.

import { LRUCache } from 'lru-cache'
import { InvalidFernetToken } from '#lib/fernet/fernet.ts'
import { InvalidJws } from '#lib/jws/jws.ts'
import type { Authenticate } from '#platform/auth/caller.ts'
import type { Ctx } from '#platform/context.ts'
import { CloudError, notFound } from '#platform/errors.ts'
import type { Platform } from '#platform/platform.ts'
import { type Catalog, loadCatalog } from '../../catalog/operations.ts'
import { notFoundIn } from '../../errors.ts'
import type { TokenKeys } from '../../keys/operations.ts'
import type { Project } from '../../projects/store.ts'
import { isRevoked } from '../../revocations/operations.ts'
import type { User } from '../../users/store.ts'
import type { TokenPayload, TokenScope } from '../payloads.ts'
import { InvalidTokenPayload } from '../payload-fields.ts'
import { type Authority, describe } from './describe.ts'
import { type Grant, type Issued, mint, unpackToken } from './issue.ts'
import { callerOf, type Entry } from './render.ts'

const TOPIC = 'identity.changed'
const TRUSTED_MS = 30_000
const MOST_TOKENS = 20_000
const MOST_AUTHORITIES = 10_000

export type TokenRegistry = {
  /** Every API's door: the caller of a token, at once where the token is known. */
  readonly authenticate: Authenticate
  /**
   * The entry of a token, `windowMs` past its end allowed.
   * @throws notFound for whatever is no good token
   */
  readonly entryOf: (ctx: Ctx, token: string, windowMs?: number) => Entry | Promise<Entry>
  /** Makes a token. @throws unauthorized or notFound where user or scope do not hold */
  readonly issue: (ctx: Ctx, grant: Grant) => Promise<Issued>
  /** The user of a login. @throws unauthorized or notFound where it may have no token at all */
  readonly holder: (ctx: Ctx, userId: string) => Promise<User>
  /** Whether a user could have a token of that scope now. */
  readonly holds: (ctx: Ctx, userId: string, scope: TokenScope) => Promise<boolean>
  /** The domain of an id or a name, or the project of a name in a domain; read once as long as nothing changes. */
  readonly place: (key: string, read: () => Promise<Project | undefined>) => Promise<Project | undefined>
  /** Something in identity has changed, here or (told over the bus) elsewhere. */
  readonly changed: () => void
  /** The catalog as it is now. */
  readonly catalog: (ctx: Ctx) => Promise<Catalog>
  readonly start: (ctx: Ctx) => Promise<void>
  readonly stop: () => Promise<void>
}

export function createTokenRegistry({ bus, clock, config, log }: Platform, keys: TokenKeys): TokenRegistry {
  const entries = new LRUCache<string, Entry>({ max: MOST_TOKENS })
  const reading = new Map<string, Promise<Entry>>()
  const authorities = new LRUCache<string, { authority: Authority; epoch: number; readAt: number }>({
    max: MOST_AUTHORITIES,
  })
  const places = new LRUCache<string, { project: Project; epoch: number; readAt: number }>({ max: MOST_AUTHORITIES })
  let catalog: { value: Promise<Catalog>; epoch: number } | undefined
  let epoch = 0
  // A long-lived context for tokens that come to other APIs; set before any port opens.
  let background: Ctx | undefined
  let unsubscribe: () => Promise<void> = async () => undefined
  const lifeMs = config.token_expiration_s * 1000
  const origin = `${process.pid}-${clock.now()}`

  const catalogOf = (ctx: Ctx): Promise<Catalog> => {
    if (catalog?.epoch === epoch) return catalog.value
    const value = loadCatalog(ctx)
    catalog = { value, epoch }
    value.catch(() => (catalog = undefined))
    return value
  }

  const authorityOf = async (ctx: Ctx, userId: string, scope: TokenScope): Promise<Authority> => {
    const key = keyOf(userId, scope)
    const known = authorities.get(key)
    const now = clock.now()
    if (known?.epoch === epoch && now - known.readAt < TRUSTED_MS) return known.authority
    const readIn = epoch
    const authority = await describe(ctx, userId, scope, () => catalogOf(ctx))
    authorities.set(key, { authority, epoch: readIn, readAt: now })
    return authority
  }

  const remember = (
    token: string,
    payload: TokenPayload,
    issuedAt: number,
    authority: Authority,
    readIn: number,
  ): Entry => {
    const entry = { id: token, payload, issuedAt, authority, epoch: readIn, readAt: clock.now() }
    entries.set(token, entry)
    return entry
  }

  const read = async (ctx: Ctx, token: string): Promise<Entry> => {
    const readIn = epoch
    const { payload, issuedAt } = await decode(ctx, token)
    const authority = await authorityOf(ctx, payload.userId, payload.scope)
    const revoked = await isRevoked(ctx, {
      userId: payload.userId,
      projectId: authority.project?.id ?? null,
      domainIds: [
        authority.userDomain.id,
        authority.projectDomain?.id ?? authority.domain?.id ?? authority.userDomain.id,
      ],
      trustId: payload.scope.kind === 'trust' ? payload.scope.trustId : null,
      otherUserIds: authority.otherUserIds,
      auditIds: payload.auditIds,
      issuedAt,
    })
    if (revoked) throw notFoundIn('token', token)
    return remember(token, payload, issuedAt, authority, readIn)
  }

  const decode = async (ctx: Ctx, token: string) => {
    try {
      return unpack(token)
    } catch (error) {
      const unknown =
        error instanceof InvalidFernetToken || error instanceof InvalidJws || error instanceof InvalidTokenPayload
      // It may be signed with a key that another controller has just made.
      if (!unknown || !(await keys.reload(ctx, clock.now()))) throw unknown ? notFoundIn('token', token) : error
    }
    try {
      return unpack(token)
    } catch {
      throw notFoundIn('token', token)
    }
  }

  const unpack = (token: string) => {
    return unpackToken(keys, token, clock.now())
  }

  /** The entry where it is known and still to be trusted. */
  const known = (token: string): Entry | undefined => {
    const entry = entries.get(token)
    return entry?.epoch === epoch && clock.now() - entry.readAt < TRUSTED_MS ? entry : undefined
  }

  const readOnce = (ctx: Ctx, token: string): Promise<Entry> => {
    const pending = reading.get(token)
    if (pending) return pending
    const started = read(ctx, token).finally(() => reading.delete(token))
    reading.set(token, started)
    return started
  }

  const live = (entry: Entry, windowMs: number): Entry => {
    if (entry.payload.expiresAt + windowMs <= clock.now()) throw notFound('Failed to validate token')
    return entry
  }

  const changed = () => {
    epoch += 1
    bus
      .publish(TOPIC, { origin })
      .catch((error: unknown) => log.warn({ err: error }, 'other controllers were not told'))
  }

  return {
    authenticate: (token) => {
      const entry = known(token)
      if (entry) return entry.payload.expiresAt > clock.now() ? callerOf(entry) : null
      if (!background) return null
      return readOnce(background, token).then(
        (fresh) => (fresh.payload.expiresAt > clock.now() ? callerOf(fresh) : null),
        (error: unknown) => {
          if (error instanceof CloudError && error.status < 500) return null
          throw error
        },
      )
    },
    entryOf: (ctx, token, windowMs = 0) => {
      const entry = known(token)
      return entry ? live(entry, windowMs) : readOnce(ctx, token).then((fresh) => live(fresh, windowMs), hide(token))
    },
    issue: async (ctx, grant) => {
      const readIn = epoch
      const authority = await authorityOf(ctx, grant.userId, grant.scope)
      const { token, payload, issuedAt } = mint(ctx, keys, capped(grant, authority, lifeMs, ctx.now), lifeMs)
      return { token, entry: remember(token, payload, issuedAt, authority, readIn) }
    },
    holder: async (ctx, userId) => (await authorityOf(ctx, userId, { kind: 'unscoped' })).user,
    holds: async (ctx, userId, scope) => {
      try {
        await authorityOf(ctx, userId, scope)
        return true
      } catch (error) {
        if (error instanceof CloudError && error.status < 500) return false
        throw error
      }
    },
    place: async (key, find) => {
      const found = places.get(key)
      if (found?.epoch === epoch && clock.now() - found.readAt < TRUSTED_MS) return found.project
      const readIn = epoch
      const project = await find()
      // What is not there is looked for every time: names that nobody has are no reason to fill the memory.
      if (project) places.set(key, { project, epoch: readIn, readAt: clock.now() })
      return project
    },
    changed,
    catalog: catalogOf,
    start: async (ctx) => {
      background = ctx
      unsubscribe = await bus.subscribe(TOPIC, (message) => {
        const own = typeof message === 'object' && message !== null && 'origin' in message && message.origin === origin
        if (!own) epoch += 1
      })
    },
    stop: () => unsubscribe(),
  }
}

/** One text for each user and scope. */
const keyOf = (userId: string, scope: TokenScope): string =>
  scope.kind === 'unscoped'
    ? `unscoped ${userId}`
    : scope.kind === 'project'
      ? `project ${scope.projectId} ${userId}`
      : JSON.stringify([userId, scope])

/** A loan that ends before the token would ends the token. */
function capped(grant: Grant, { lentUntil }: Authority, lifeMs: number, now: number): Grant {
  const end = grant.expiresAt ?? now + lifeMs
  return lentUntil === null || lentUntil >= end ? grant : { ...grant, expiresAt: lentUntil }
}

/** To whoever shows a token, one that may not be used any more is one that is not there. */
const hide = (token: string) => (error: unknown) => {
  throw error instanceof CloudError && (error.status === 401 || error.status === 403)
    ? notFoundIn('token', token)
    : error
}
