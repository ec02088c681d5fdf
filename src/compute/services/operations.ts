import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict, notFound } from '#platform/errors.ts'
import { countServersOnHost } from '../servers/store/usage.ts'
import { zonesOfHosts } from '../aggregates/store.ts'
import * as store from './store.ts'

/** @throws notFound */
async function getService(ctx: Ctx, id: string): Promise<store.ServiceRow> {
  const row = await store.findService(ctx, id)
  if (!row) throw notFound(`Service ${id} not found.`)
  return row
}

export const listServices = (ctx: Ctx, filter: { host?: string | undefined; binary?: string | undefined }) =>
  store.listServices(ctx, filter)

/** Zones of the hosts that have one of their own. */
export const listZones = (ctx: Ctx): Promise<ReadonlyMap<string, string>> => zonesOfHosts(ctx)

type Change = {
  readonly status?: 'enabled' | 'disabled'
  readonly disabled_reason?: string
  readonly forced_down?: boolean
}

async function change(ctx: Ctx, row: store.ServiceRow, wanted: Change): Promise<store.ServiceRow> {
  const { status, disabled_reason, forced_down } = wanted
  if (disabled_reason !== undefined && status !== 'disabled') {
    throw badRequest("Specifying disabled_reason requires that status is 'disabled'.")
  }
  if (status === undefined && forced_down === undefined) {
    throw badRequest("No updates were requested. Fields 'status' or 'forced_down' should be specified.")
  }
  const changes = {
    ...(status === undefined
      ? {}
      : { disabled: status === 'disabled' ? 1 : 0, disabled_reason: disabled_reason ?? null }),
    ...(forced_down === undefined ? {} : { forced_down: forced_down ? 1 : 0 }),
    updated_at: ctx.now,
  }
  await store.updateService(ctx, row.id, changes)
  return { ...row, ...changes }
}

/** Enables, disables or forces down a compute service. @throws notFound, badRequest */
export async function updateService(ctx: Ctx, id: string, wanted: Change): Promise<store.ServiceRow> {
  const row = await getService(ctx, id)
  if (row.binary !== 'nova-compute') {
    throw badRequest(`Updating a ${row.binary} service is not supported. Only nova-compute services can be updated.`)
  }
  return change(ctx, row, wanted)
}

/** As `updateService`, by host and binary: the way of the versions until 2.52. */
export async function updateServiceByName(
  ctx: Ctx,
  host: string,
  binary: string,
  wanted: Change,
): Promise<store.ServiceRow> {
  const [row] = await store.listServices(ctx, { host, binary })
  if (!row) throw notFound(`Could not find binary ${binary} on host ${host}.`)
  return change(ctx, row, wanted)
}

/** Forgets a service. @throws notFound, conflict where servers run on its host */
export async function deleteService(ctx: Ctx, id: string): Promise<void> {
  const row = await getService(ctx, id)
  if (row.binary === 'nova-compute' && (await countServersOnHost(ctx, row.host)) > 0) {
    throw conflict('Unable to delete compute service that is hosting instances. Migrate or delete the instances first.')
  }
  await store.deleteService(ctx, id)
}
