import type { Ctx } from '#platform/context.ts'
import { notFound } from '#platform/errors.ts'
import { zonesOfHosts } from '../aggregates/store.ts'
import { findHypervisorOfHost } from '../hypervisors/operations.ts'
import { RESERVED_MB } from '../hypervisors/rules.ts'
import { zoneOf } from '../services/rules.ts'
import { listServices } from '../services/store.ts'
import { type Usage, usageByProject } from '../servers/store/usage.ts'

/** A service that is enabled, and where it runs. */
export type ServiceHost = { readonly host: string; readonly service: string; readonly zone: string }

export async function listHosts(ctx: Ctx, filter: { readonly zone?: string; readonly service?: string }) {
  const zones = await zonesOfHosts(ctx)
  return (await listServices(ctx, {}))
    .filter((row) => row.disabled === 0)
    .map(
      (row): ServiceHost => ({
        host: row.host,
        service: row.binary.replace(/^nova-/, ''),
        zone: zoneOf(row, zones),
      }),
    )
    .filter(({ zone, service }) => (filter.zone ?? zone) === zone && (filter.service ?? service) === service)
}

/** What somebody has of a host: the whole, what is used, or a project's part. */
export type HostShare = {
  readonly project: string
  readonly cpu: number
  readonly memoryMb: number
  readonly diskGb: number
}

const share = (project: string, { vcpus, memoryMb, diskGb }: Omit<Usage, 'servers'>): HostShare => ({
  project,
  cpu: vcpus,
  memoryMb,
  diskGb,
})

/** @throws notFound */
export async function getHost(ctx: Ctx, host: string): Promise<HostShare[]> {
  const hypervisor = await findHypervisorOfHost(ctx, host)
  if (!hypervisor) throw notFound(`Compute host ${host} could not be found.`)
  const { facts, usage } = hypervisor
  return [
    share('(total)', facts),
    share('(used_now)', { ...usage, memoryMb: usage.memoryMb + RESERVED_MB }),
    share('(used_max)', usage),
    ...[...(await usageByProject(ctx, host))].map(([project, part]) => share(project, part)),
  ]
}
