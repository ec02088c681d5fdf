import { Value } from 'typebox/value'
import type { Ctx } from '#platform/context.ts'
import { badRequest, internal, notFound } from '#platform/errors.ts'
import { type HostFacts, hostFacts } from '../drivers/driver.ts'
import { maxPage } from '../parameters.ts'
import { cutPage, type Page } from '../paging.ts'
import { listServices, type ServiceRow } from '../services/store.ts'
import { listServersOnHosts, type ServerOnHost } from '../servers/store/hosts.ts'
import { type Usage, usageByHost } from '../servers/store/usage.ts'
import type { ListHypervisors } from './schemas.ts'
import * as store from './store.ts'

/** A hypervisor with its service, what it has and what of it servers take. */
export type Hypervisor = {
  readonly id: string
  readonly facts: HostFacts
  readonly service: ServiceRow
  readonly usage: Usage
  readonly servers: readonly ServerOnHost[]
}

const noUsage: Usage = { servers: 0, vcpus: 0, memoryMb: 0, diskGb: 0 }

/** Joins nodes with their services, usage and (where asked for) servers: four queries, however many nodes. */
async function describe(ctx: Ctx, rows: readonly store.NodeRow[], withServers: boolean): Promise<Hypervisor[]> {
  const services = new Map((await listServices(ctx, { binary: 'nova-compute' })).map((row) => [row.host, row]))
  const usage = await usageByHost(ctx)
  const servers = withServers
    ? await listServersOnHosts(
        ctx,
        rows.map((row) => row.host),
      )
    : []
  return rows.flatMap((row) => {
    const service = services.get(row.host)
    const facts: unknown = JSON.parse(row.facts)
    if (!service) return []
    if (!Value.Check(hostFacts, facts)) throw internal(`the facts of host ${row.host} are not readable`)
    const mine = servers.filter((server) => server.host === row.host)
    return [{ id: row.id, facts, service, usage: usage.get(row.host) ?? noUsage, servers: mine }]
  })
}

/** From this version on lists take a pattern, instead of paths for search. */
const BY_PATTERN = 53

/** A page of hypervisors. @throws notFound where a pattern fits none, as Nova does */
export async function listHypervisors(
  ctx: Ctx,
  query: ListHypervisors,
  withServers: boolean,
): Promise<Page<Hypervisor>> {
  const pattern = ctx.version >= BY_PATTERN ? query.hypervisor_hostname_pattern : undefined
  const paged = ctx.version >= 33
  if (pattern !== undefined && (query.limit !== undefined || query.marker !== undefined)) {
    throw badRequest('Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.')
  }
  const limit = paged ? Math.min(query.limit ?? maxPage, maxPage) : maxPage
  const after = paged ? query.marker : undefined
  if (after !== undefined && !(await store.findNode(ctx, after))) throw badRequest(`marker [${after}] not found`)
  const { rows, more } = cutPage(await store.listNodes(ctx, { after, host: pattern, limit: limit + 1 }), limit)
  if (pattern !== undefined && rows.length === 0) throw notFound(`No hypervisor matching '${pattern}' could be found.`)
  return { rows: await describe(ctx, rows, withServers), more }
}

/** @throws notFound */
export async function getHypervisor(ctx: Ctx, id: string, withServers: boolean): Promise<Hypervisor> {
  const row = await store.findNode(ctx, id)
  const [hypervisor] = row ? await describe(ctx, [row], withServers) : []
  if (!hypervisor) throw notFound(`Hypervisor with ID '${id}' could not be found.`)
  return hypervisor
}

export async function findHypervisorOfHost(ctx: Ctx, host: string): Promise<Hypervisor | undefined> {
  const row = await store.findNodeOfHost(ctx, host)
  return row && (await describe(ctx, [row], false))[0]
}

/** Hypervisors whose name holds the text: until 2.52. @throws notFound */
export async function searchHypervisors(ctx: Ctx, text: string, withServers: boolean): Promise<Hypervisor[]> {
  const found = await describe(ctx, await store.listNodes(ctx, { host: text, limit: maxPage }), withServers)
  if (found.length === 0) throw notFound(`No hypervisor matching '${text}' could be found.`)
  return found
}
