// What every cloud starts with (keystone/cmd/bootstrap.py): domain, projects, roles, the administrator, region and catalog.
// Runs at every start and changes nothing that is there already; an endpoint follows the cloud's address unless an operator has changed it.

import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { newHexId } from '#platform/ids.ts'
import { insertAssignment } from '../assignments/store.ts'
import { type Endpoint, insertEndpoint, listEndpoints, saveEndpoint } from '../endpoints/store.ts'
import { pageOf } from '../lists.ts'
import { findProject, findProjectByName, insertProject } from '../projects/store.ts'
import { findRegion, insertRegion } from '../regions/store.ts'
import { findRoleByName, insertImplication, insertRole, listImplications } from '../roles/store.ts'
import { insertService, listServices, serviceFilters } from '../services/store.ts'
import { findUserByName, insertUser } from '../users/store.ts'
import * as store from './store.ts'

export const DEFAULT_DOMAIN = 'default'

/** A service to publish: `url` is its whole public URL. */
export type Published = { readonly type: string; readonly name: string; readonly url: string }

/** `hash` makes the hash of the administrator's first password; it is asked only where there is no administrator. */
export async function bootstrap(
  ctx: Ctx,
  region: string,
  services: readonly Published[],
  hash: () => Promise<string>,
): Promise<void> {
  const admin = await findUserByName(ctx, 'admin', DEFAULT_DOMAIN)
  // Not inside the transaction: hashing is slow.
  const password = admin ? undefined : await hash()
  await inTransaction(ctx, async (tx) => {
    await bootstrapDomain(tx)
    const project = await bootstrapProject(tx, 'admin', 'Bootstrap project for initializing the cloud.')
    await bootstrapProject(tx, 'service', 'Project of the services of the cloud.')
    const role = await bootstrapRoles(tx)
    const user = admin?.id ?? (await createAdmin(tx, 'admin', password))
    const grant = { actor_kind: 'user', actor_id: user, role_id: role, inherited: 0 } as const
    await insertAssignment(tx, { ...grant, target_kind: 'project', target_id: project })
    await insertAssignment(tx, { ...grant, target_kind: 'system', target_id: 'all' })
    if (!(await findRegion(tx, region))) {
      await insertRegion(tx, { id: region, description: '', parent_region_id: null, extra: '{}' })
    }
    const published = await store.listPublished(tx)
    for (const service of services) await bootstrapService(tx, region, service, published)
  })
}

/** The default domain. */
export async function bootstrapDomain(ctx: Ctx): Promise<void> {
  if (await findProject(ctx, DEFAULT_DOMAIN)) return
  await insertProject(ctx, {
    id: DEFAULT_DOMAIN,
    domainId: null,
    name: 'Default',
    description: 'The default domain',
    enabled: true,
    parentId: null,
    isDomain: true,
    options: {},
    extra: {},
    tags: [],
  })
}

/** A project of the default domain; gives its id. */
export async function bootstrapProject(ctx: Ctx, name: string, description: string): Promise<string> {
  const known = await findProjectByName(ctx, name, DEFAULT_DOMAIN)
  if (known) return known.id
  const id = newHexId()
  await insertProject(ctx, {
    id,
    domainId: DEFAULT_DOMAIN,
    name,
    description,
    enabled: true,
    parentId: DEFAULT_DOMAIN,
    isDomain: false,
    options: {},
    extra: {},
    tags: [],
  })
  return id
}

/** Each role implies the one before it; `service` stands apart. Returns the id of the administrator's. */
export async function bootstrapRoles(ctx: Ctx, admin = 'admin', immutable = true): Promise<string> {
  const implications = await listImplications(ctx)
  let below: string | undefined
  for (const name of ['reader', 'member', 'manager', admin]) {
    const id = await bootstrapRole(ctx, name, immutable)
    const implied = below
    if (implied !== undefined) {
      const known = implications.some((pair) => pair.prior_role_id === id && pair.implied_role_id === implied)
      if (!known) await insertImplication(ctx, { prior_role_id: id, implied_role_id: implied })
    }
    below = id
  }
  await bootstrapRole(ctx, 'service', immutable)
  return below ?? ''
}

async function bootstrapRole(ctx: Ctx, name: string, immutable: boolean): Promise<string> {
  const known = await findRoleByName(ctx, name)
  if (known) return known.id
  const id = newHexId()
  const options = immutable ? { immutable } : {}
  await insertRole(ctx, { id, domainId: null, name, description: null, options, extra: {} })
  return id
}

export async function createAdmin(ctx: Ctx, name: string, hash: string | undefined): Promise<string> {
  if (hash === undefined) throw new Error('the administrator needs a password')
  const id = newHexId()
  await insertUser(ctx, {
    id,
    domainId: DEFAULT_DOMAIN,
    name,
    enabled: true,
    defaultProjectId: null,
    password: { hash, createdAt: ctx.now, expiresAt: null, selfService: false },
    failures: { count: 0, at: null },
    createdAt: ctx.now,
    lastActiveAt: null,
    options: {},
    extra: {},
  })
  return id
}

async function bootstrapService(
  ctx: Ctx,
  region: string,
  { type, name, url }: Published,
  published: ReadonlyMap<string, string>,
): Promise<void> {
  const [known] = await listServices(ctx, pageOf({ type, name }, serviceFilters))
  const serviceId = known?.id ?? newHexId()
  if (!known) await insertService(ctx, { id: serviceId, type, name, enabled: true, extra: {} })
  const endpoints = await listEndpoints(ctx, pageOf({ service_id: serviceId }, { service_id: 'e.service_id' }))
  for (const side of ['public', 'internal', 'admin']) {
    const present = endpoints.find((endpoint) => endpoint.interface === side && endpoint.regionId === region)
    if (!present) await publish(ctx, region, serviceId, side, url)
    else if (present.url !== url && published.get(present.id) === present.url) await republish(ctx, present, url)
  }
}

async function publish(ctx: Ctx, region: string, serviceId: string, side: string, url: string): Promise<void> {
  const id = newHexId()
  await insertEndpoint(ctx, { id, interface: side, regionId: region, serviceId, url, enabled: true, extra: {} })
  await store.insertPublished(ctx, id, url)
}

async function republish(ctx: Ctx, endpoint: Endpoint, url: string): Promise<void> {
  await saveEndpoint(ctx, { ...endpoint, url })
  await store.savePublished(ctx, endpoint.id, url)
}
