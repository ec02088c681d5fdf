import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { badRequest, CloudError } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { flagOf, isOtherId, mergeOptions, otherAttributes } from '../../attributes.ts'
import { DEFAULT_DOMAIN } from '../../bootstrap/operations.ts'
import type { Directories } from '../../directories/operations.ts'
import { duplicateName, notAuthenticated, notFoundIn, validationError } from '../../errors.ts'
import { checkFederated, keepFederated } from '../../federation/operations/users.ts'
import { findProject } from '../../projects/store.ts'
import { revokeUser } from '../../revocations/operations.ts'
import type { Passwords } from '../../tokens/operations/password.ts'
import type { ChangePassword, CreateUser, UpdateUser } from '../schemas.ts'
import { checkAge, checkForm, expiryOf, usedBefore } from '../rules.ts'
import * as store from '../store.ts'
import { getUser } from './read.ts'

const columns: ReadonlySet<string> = new Set([
  'id',
  'name',
  'domain_id',
  'enabled',
  'default_project_id',
  'password',
  'password_expires_at',
  'options',
  'links',
  'original_password',
  'federated',
])

/** @throws forbidden, notFound (domain), badRequest (default project), conflict */
export async function createUser(
  ctx: Ctx,
  passwords: Passwords,
  directories: Directories,
  body: CreateUser,
): Promise<store.User> {
  const { password: _, ...target } = body
  ctx.authorize('identity:create_user', { target: { user: target } })
  const domainId = body.domain_id ?? ctx.caller.domainId ?? DEFAULT_DOMAIN
  if (!(await findProject(ctx, domainId))?.isDomain) throw notFoundIn('domain', domainId)
  await directories.refuseWrite(ctx, domainId)
  await checkDefaultProject(ctx, body.default_project_id)
  const user: store.User = {
    id: newHexId(),
    domainId,
    name: body.name.trim(),
    enabled: flagOf(body.enabled, true),
    defaultProjectId: body.default_project_id ?? null,
    password: await newPassword(ctx, passwords, body.password, body.options ?? {}, false),
    failures: { count: 0, at: null },
    createdAt: ctx.now,
    lastActiveAt: null,
    options: mergeOptions({}, body.options ?? {}),
    extra: otherAttributes(body, columns),
  }
  const { federated = [] } = body
  await inTransaction(ctx, async (tx) => {
    await checkFederated(tx, federated)
    await naming(user, () => store.insertUser(tx, user))
    await keepFederated(tx, user, federated)
  })
  return user
}

/**
 * Changes what the body names and keeps the rest. A new password, or a disabled user, ends the user's tokens.
 * @throws notFound, forbidden, badRequest (id, domain, default project), conflict
 */
export async function updateUser(
  ctx: Ctx,
  passwords: Passwords,
  directories: Directories,
  id: string,
  body: UpdateUser,
): Promise<store.User> {
  const target = await getUser(ctx, id, 'identity:update_user')
  await directories.refuseWrite(ctx, target.domainId)
  if (isOtherId(body, id)) throw validationError('Cannot change ID')
  await checkDefaultProject(ctx, body.default_project_id)
  // Hashed before the transaction: it is slow.
  const options = mergeOptions(target.options, body.options ?? {})
  const password = await newPassword(ctx, passwords, body.password, options, false)
  return inTransaction(ctx, async (tx) => {
    const old = await store.findUser(tx, id)
    if (!old) throw notFoundIn('user', id)
    if (body.domain_id !== undefined && body.domain_id !== old.domainId)
      throw validationError('Cannot change Domain ID')
    const enabled = flagOf(body.enabled, old.enabled)
    const user: store.User = {
      ...old,
      name: body.name?.trim() ?? old.name,
      enabled,
      defaultProjectId: body.default_project_id === undefined ? old.defaultProjectId : body.default_project_id,
      password: body.password === undefined ? old.password : password,
      failures: body.enabled === undefined ? old.failures : { count: 0, at: null },
      options: mergeOptions(old.options, body.options ?? {}),
      lastActiveAt: !old.enabled && enabled ? ctx.now : old.lastActiveAt,
      extra: { ...old.extra, ...otherAttributes(body, columns) },
    }
    const { federated = [] } = body
    await checkFederated(tx, federated)
    await naming(user, () => store.saveUser(tx, user))
    if (federated.length > 0) await keepFederated(tx, user, federated)
    if (old.password && body.password !== undefined) await keepFormer(tx, passwords, id, old.password)
    if ((old.enabled && !enabled) || typeof body.password === 'string') await revokeUser(tx, id)
    return user
  })
}

/**
 * A user changes its own password, knowing the present one, which may have expired.
 * @throws unauthorized (in one wording), badRequest (passwords of this user are locked)
 */
export async function changePassword(
  ctx: Ctx,
  passwords: Passwords,
  directories: Directories,
  id: string,
  body: ChangePassword,
): Promise<void> {
  await proveIdentity(ctx, passwords, id, body.original_password)
  const present = await store.findUser(ctx, id)
  if (!present) throw notAuthenticated(ctx.baseUrl)
  await directories.refuseWrite(ctx, present.domainId)
  checkAge(present.password, passwords.compliance, ctx.now)
  await refuseUsed(ctx, passwords, present, body.password)
  const password = await newPassword(ctx, passwords, body.password, present.options, true)
  await inTransaction(ctx, async (tx) => {
    const user = await store.findUser(tx, id)
    if (!user) throw notAuthenticated(ctx.baseUrl)
    if (user.options['lock_password'] === true) {
      throw badRequest(
        'You cannot change your password at this time due to password policy disallowing password changes. Please contact your administrator to reset your password.',
      )
    }
    if (user.password) await keepFormer(tx, passwords, id, user.password)
    await store.saveUser(tx, { ...user, password })
    await revokeUser(tx, id)
  })
}

async function proveIdentity(ctx: Ctx, passwords: Passwords, id: string, password: string): Promise<void> {
  try {
    await passwords.login(ctx, { id, password })
  } catch (error) {
    // An expired password proves who it is; it just cannot be used for anything else.
    const expired = error instanceof CloudError && error.message.startsWith('The password is expired')
    if (!expired) throw error
  }
}

async function newPassword(
  ctx: Ctx,
  passwords: Passwords,
  password: string | null | undefined,
  options: store.User['options'],
  selfService: boolean,
): Promise<store.Password | null> {
  if (password === null || password === undefined) return null
  const { compliance } = passwords
  checkForm(password, compliance)
  const expiresAt = expiryOf(options, compliance, ctx.now, selfService)
  return { hash: await passwords.hash(password), createdAt: ctx.now, expiresAt, selfService }
}

/** @throws badRequest where it is one of the last passwords */
async function refuseUsed(ctx: Ctx, passwords: Passwords, user: store.User, password: string): Promise<void> {
  const count = passwords.compliance.unique_last_password_count
  if (count === 0) return
  const former = await store.listFormerPasswords(ctx, user.id, count - 1)
  for (const hash of user.password ? [user.password.hash, ...former] : former) {
    if (await passwords.verify(password, hash)) throw usedBefore(count)
  }
}

/** Old hashes are kept only where new passwords are compared with them. */
async function keepFormer(
  ctx: Ctx,
  { compliance }: Passwords,
  userId: string,
  { hash, createdAt }: store.Password,
): Promise<void> {
  if (compliance.unique_last_password_count === 0) return
  await store.insertFormerPassword(ctx, { id: newHexId(), user_id: userId, hash, created_at: createdAt })
}

async function checkDefaultProject(ctx: Ctx, id: string | null | undefined): Promise<void> {
  if (id && (await findProject(ctx, id))?.isDomain) {
    throw validationError(`User's default project ID cannot be a domain ID: ${id}`)
  }
}

async function naming({ name, domainId }: store.User, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    throw isUniqueViolation(error) ? duplicateName('user', name, domainId) : error
  }
}
