import type { Ctx } from '#platform/context.ts'
import { isUp } from '../services/rules.ts'
import type { Hypervisor } from './operations.ts'
import { RESERVED_MB } from './rules.ts'

const stateOf = (ctx: Ctx, { service }: Hypervisor) => ({
  state: isUp(service, ctx.now) ? 'up' : 'down',
  status: service.disabled === 1 ? 'disabled' : 'enabled',
})

const serversOf = (ctx: Ctx, { servers }: Hypervisor, asked: boolean) =>
  ctx.version >= 53 && asked && (servers.length > 0 || ctx.version >= 75)
    ? { servers: servers.map(({ id, name }) => ({ uuid: id, name })) }
    : {}

/** A hypervisor of the plain list. */
export const viewHypervisorBasic = (ctx: Ctx, hypervisor: Hypervisor, withServers: boolean) => ({
  id: hypervisor.id,
  hypervisor_hostname: hypervisor.facts.host,
  ...stateOf(ctx, hypervisor),
  ...serversOf(ctx, hypervisor, withServers),
})

/** What is gone since 2.88: numbers that placement knows better. */
function capacityOf(ctx: Ctx, { facts, usage }: Hypervisor) {
  const cpu = {
    arch: facts.arch,
    model: facts.cpuModel,
    vendor: '',
    features: facts.cpuFeatures,
    topology: { cells: 1, sockets: 1, cores: facts.vcpus, threads: 1 },
  }
  return {
    vcpus: facts.vcpus,
    memory_mb: facts.memoryMb,
    local_gb: facts.diskGb,
    vcpus_used: usage.vcpus,
    memory_mb_used: usage.memoryMb + RESERVED_MB,
    local_gb_used: usage.diskGb,
    free_ram_mb: facts.memoryMb - usage.memoryMb - RESERVED_MB,
    free_disk_gb: facts.diskGb - usage.diskGb,
    current_workload: 0,
    running_vms: usage.servers,
    disk_available_least: facts.diskGb - usage.diskGb,
    cpu_info: ctx.version >= 28 ? cpu : JSON.stringify(cpu),
  }
}

/** A hypervisor with details. */
export const viewHypervisor = (ctx: Ctx, hypervisor: Hypervisor, withServers: boolean) => ({
  ...viewHypervisorBasic(ctx, hypervisor, withServers),
  ...(ctx.version < 88 ? capacityOf(ctx, hypervisor) : {}),
  hypervisor_type: hypervisor.facts.hypervisorType,
  hypervisor_version: hypervisor.facts.hypervisorVersion,
  host_ip: hypervisor.facts.ip,
  service: {
    id: hypervisor.service.id,
    host: hypervisor.service.host,
    disabled_reason: hypervisor.service.disabled_reason,
  },
  ...(ctx.version >= 88 ? { uptime: hypervisor.facts.uptime === '' ? null : hypervisor.facts.uptime } : {}),
})

/** Sums over all hypervisors, until 2.87. */
export function viewStatistics(ctx: Ctx, hypervisors: readonly Hypervisor[]) {
  const rows = hypervisors.map((hypervisor) => capacityOf(ctx, hypervisor))
  const sum = (key: Exclude<keyof (typeof rows)[number], 'cpu_info'>) =>
    rows.reduce((total, row) => total + row[key], 0)
  return {
    count: rows.length,
    vcpus: sum('vcpus'),
    memory_mb: sum('memory_mb'),
    local_gb: sum('local_gb'),
    vcpus_used: sum('vcpus_used'),
    memory_mb_used: sum('memory_mb_used'),
    local_gb_used: sum('local_gb_used'),
    free_ram_mb: sum('free_ram_mb'),
    free_disk_gb: sum('free_disk_gb'),
    current_workload: sum('current_workload'),
    running_vms: sum('running_vms'),
    disk_available_least: sum('disk_available_least'),
  }
}
