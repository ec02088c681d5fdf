// Logins by password. Whatever is wrong, the answer is the same and takes as long: a user that does not exist, a disabled one, a wrong password.
// A password that was right a moment ago is not hashed again: it is remembered as a keyed digest beside the hash that it matched,
// so that a changed password is never taken for the old one.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { PasswordHasher } from '#lib/password-hash/password-hash.ts'
import type { Ctx } from '#platform/context.ts'
import { unauthorized } from '#platform/errors.ts'
import { expecting, notAuthenticated } from '../../errors.ts'
import type { Directories } from '../../directories/operations.ts'
import { findDomainByName, findProject, type Project } from '../../projects/store.ts'
import { type Compliance, isExpired, isInactive, isLocked, isLockOver } from '../../users/rules.ts'
import { addFailure, clearFailures, saveActivity, type User } from '../../users/store.ts'
import type { AuthUser, DomainRef } from '../schemas.ts'
import type { TokenRegistry } from './registry.ts'

/** A user with its domain. */
export type Found = { readonly user: User; readonly domain: Project }

const REMEMBERED_MS = 60_000

export type Passwords = PasswordHasher & {
  readonly compliance: Compliance
  /** The user of a login. @throws unauthorized, always in the same words but for expired passwords; badRequest */
  readonly login: (ctx: Ctx, given: AuthUser | undefined) => Promise<User>
  /** Who is named, with its domain; undefined: nobody is. @throws badRequest */
  readonly find: (ctx: Ctx, given: AuthUser | undefined) => Promise<Found | undefined>
  /** Whether a secret is the one that was hashed; false as well where nothing was. `key` names whose it is. */
  readonly matches: (key: string, hash: string | undefined, password: string) => Promise<boolean>
}

/** `compliance`: what the operator asks of passwords and accounts. */
export function createPasswords(
  hasher: PasswordHasher,
  tokens: Pick<TokenRegistry, 'place'>,
  compliance: Compliance,
  directories: Pick<Directories, 'userByName' | 'userById' | 'authenticate'>,
): Passwords {
  const secret = randomBytes(32)
  const remembered = new LRUCache<string, { digest: Buffer; hash: string }>({ max: 10_000, ttl: REMEMBERED_MS })

  const matches: Passwords['matches'] = async (key, hash, password) => {
    if (hash === undefined) return hasher.verifyNothing(password)
    const digest = createHmac('sha256', secret).update(password).digest()
    const known = remembered.get(key)
    if (known?.hash === hash && timingSafeEqual(known.digest, digest)) return true
    const right = await hasher.verify(password, hash)
    if (right) remembered.set(key, { digest, hash })
    return right
  }

  return {
    ...hasher,
    compliance,
    matches,
    find: (ctx, given) => findLogin(ctx, tokens, directories, given),
    login: async (ctx, given) => {
      const password = given?.password
      const found = await findLogin(ctx, tokens, directories, given)
      if (password === undefined) throw notAuthenticated(ctx.baseUrl)
      const right = found
        ? ((await directories.authenticate(ctx, found.user, password)) ??
          (await matches(found.user.id, found.user.password?.hash, password)))
        : await hasher.verifyNothing(password)
      if (!found) throw notAuthenticated(ctx.baseUrl)
      const { user } = found
      if (!right) await countFailure(ctx, user, compliance)
      if (!right || !mayEnter(ctx, found, compliance)) throw notAuthenticated(ctx.baseUrl)
      if (isExpired(user, ctx.now)) {
        throw unauthorized(`The password is expired and needs to be changed for user: ${user.id}.`)
      }
      await noteLogin(ctx, user, compliance)
      return user
    },
  }
}

/** Counts a wrong secret, where that is asked for and the account is not locked already. */
export async function countFailure(ctx: Ctx, user: User, compliance: Compliance): Promise<void> {
  if (compliance.lockout_failure_attempts === 0 || isLocked(user, compliance, ctx.now)) return
  if (isLockOver(user, compliance, ctx.now)) await clearFailures(ctx, user.id)
  await addFailure(ctx, user.id)
}

/** Whether a user may come in who has shown the right secret. */
export const mayEnter = (ctx: Ctx, { user, domain }: Found, compliance: Compliance): boolean =>
  user.enabled && domain.enabled && !isLocked(user, compliance, ctx.now) && !isInactive(user, compliance, ctx.now)

/** Forgets earlier failures, and remembers the day where accounts that nobody uses go to sleep. */
async function noteLogin(ctx: Ctx, user: User, compliance: Compliance): Promise<void> {
  if (user.failures.count > 0) await clearFailures(ctx, user.id)
  const day = (time: number) => Math.floor(time / 86_400_000)
  const noted = user.lastActiveAt !== null && day(user.lastActiveAt) === day(ctx.now)
  if (compliance.disable_user_account_days_inactive > 0 && !noted) await saveActivity(ctx, user.id)
}

async function findLogin(
  ctx: Ctx,
  tokens: Pick<TokenRegistry, 'place'>,
  directories: Pick<Directories, 'userByName' | 'userById'>,
  given: AuthUser | undefined,
): Promise<Found | undefined> {
  if (given === undefined) throw expecting('user', 'password')
  const { id, name } = given
  if (!id && !name) throw expecting('id or name', 'user')
  if (name && given.domain === undefined) throw expecting('domain', 'user')
  const domain = name ? await findDomain(ctx, tokens, given.domain) : undefined
  const user = name
    ? domain && (await directories.userByName(ctx, name, domain.id))
    : await directories.userById(ctx, id ?? '', true)
  const home = domain ?? (user && (await findDomain(ctx, tokens, { id: user.domainId })))
  return user && home && { user, domain: home }
}

/** The domain of a reference by id or name, or undefined. @throws badRequest where it has neither */
export async function findDomain(
  ctx: Ctx,
  tokens: Pick<TokenRegistry, 'place'>,
  given: DomainRef | undefined,
): Promise<Project | undefined> {
  const { id, name } = given ?? {}
  if (!id && !name) throw expecting('id or name', 'domain')
  const domain = name
    ? await tokens.place(`domain name ${name}`, () => findDomainByName(ctx, name))
    : await tokens.place(`domain id ${id}`, () => findProject(ctx, id ?? ''))
  return domain?.isDomain ? domain : undefined
}
