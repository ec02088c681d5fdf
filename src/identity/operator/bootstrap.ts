// `keystone-manage bootstrap` (keystone/cmd/bootstrap.py): makes what is missing, and gives the administrator the password that is asked
// for, so that it also helps where nobody knows it any more.

import type { PasswordHasher } from '#lib/password-hash/password-hash.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { newHexId } from '#platform/ids.ts'
import { insertAssignment } from '../assignments/store.ts'
import {
  bootstrapDomain,
  bootstrapProject,
  bootstrapRoles,
  createAdmin,
  DEFAULT_DOMAIN,
} from '../bootstrap/operations.ts'
import { insertEndpoint, listEndpoints, saveEndpoint } from '../endpoints/store.ts'
import { pageOf } from '../lists.ts'
import { findRegion, insertRegion } from '../regions/store.ts'
import { revokeUser } from '../revocations/operations.ts'
import { insertService, listServices, serviceFilters } from '../services/store.ts'
import { findUserByName, saveUser } from '../users/store.ts'
import { findRoleByName, removeImplication } from '../roles/store.ts'

/** Named as the options of `keystone-manage bootstrap`. */
export type BootstrapOptions = {
  readonly username: string
  readonly password: string
  readonly projectName: string
  readonly roleName: string
  readonly serviceName: string
  /** Absent ones are left as they are. */
  readonly urls: Readonly<Partial<Record<'public' | 'internal' | 'admin', string>>>
  readonly regionId: string | undefined
  readonly immutableRoles: boolean
}

/** What was done to the administrator. */
export type Bootstrapped = { readonly user: 'created' | 'changed' | 'kept' }

export async function bootstrapBy(ctx: Ctx, hasher: PasswordHasher, options: BootstrapOptions): Promise<Bootstrapped> {
  const before = await findUserByName(ctx, options.username, DEFAULT_DOMAIN)
  const right = before?.password != null && (await hasher.verify(options.password, before.password.hash))
  // Not inside the transaction: hashing is slow.
  const hash = right ? undefined : await hasher.hash(options.password)
  return inTransaction(ctx, async (tx) => {
    await bootstrapDomain(tx)
    const project = await bootstrapProject(tx, options.projectName, 'Bootstrap project for initializing the cloud.')
    const { id, done } = await bootstrapUser(tx, options.username, hash)
    const role = await bootstrapRoles(tx, options.roleName, options.immutableRoles)
    const member = await findRoleByName(tx, 'member')
    // Clouds from before there was `manager` have it.
    if (member) await removeImplication(tx, { prior_role_id: role, implied_role_id: member.id })
    const grant = { actor_kind: 'user', actor_id: id, role_id: role, inherited: 0 } as const
    await insertAssignment(tx, { ...grant, target_kind: 'project', target_id: project })
    await insertAssignment(tx, { ...grant, target_kind: 'system', target_id: 'all' })
    await bootstrapCatalog(tx, options)
    return { user: done }
  })
}

async function bootstrapUser(
  ctx: Ctx,
  name: string,
  hash: string | undefined,
): Promise<{ readonly id: string; readonly done: Bootstrapped['user'] }> {
  const user = await findUserByName(ctx, name, DEFAULT_DOMAIN)
  if (!user) return { id: await createAdmin(ctx, name, hash), done: 'created' }
  if (hash === undefined && user.enabled) return { id: user.id, done: 'kept' }
  const password =
    hash === undefined ? user.password : { hash, createdAt: ctx.now, expiresAt: null, selfService: false }
  await saveUser(ctx, { ...user, enabled: true, password, failures: { count: 0, at: null } })
  if (hash !== undefined) await revokeUser(ctx, user.id)
  return { id: user.id, done: 'changed' }
}

async function bootstrapCatalog(ctx: Ctx, { regionId, serviceName, urls }: BootstrapOptions): Promise<void> {
  if (regionId !== undefined && !(await findRegion(ctx, regionId))) {
    await insertRegion(ctx, { id: regionId, description: '', parent_region_id: null, extra: '{}' })
  }
  if (Object.keys(urls).length === 0) return
  const [known] = await listServices(ctx, pageOf({ type: 'identity' }, serviceFilters))
  const serviceId = known?.id ?? newHexId()
  if (!known) {
    await insertService(ctx, { id: serviceId, type: 'identity', name: serviceName, enabled: true, extra: {} })
  }
  const present = await listEndpoints(ctx, pageOf({ service_id: serviceId }, { service_id: 'e.service_id' }))
  for (const side of ['public', 'internal', 'admin'] as const) {
    const url = urls[side]
    if (url === undefined) continue
    const endpoint = present.find(
      (row) => row.interface === side && (regionId === undefined || row.regionId === regionId),
    )
    if (endpoint) await saveEndpoint(ctx, { ...endpoint, url })
    else {
      const row = { id: newHexId(), interface: side, regionId: regionId ?? null, serviceId, url, enabled: true }
      await insertEndpoint(ctx, { ...row, extra: {} })
    }
  }
}
