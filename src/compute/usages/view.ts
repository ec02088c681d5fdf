import type { Ctx } from '#platform/context.ts'
import { naiveTime, naiveTimeOrNull } from '../times.ts'
import { flavorOf } from '../servers/view.ts'
import { hoursIn, type Period } from './rules.ts'
import type { UsedServer } from './store.ts'

function viewServer(ctx: Ctx, row: UsedServer, period: Period) {
  const { launched_at: launched, terminated_at: terminated } = row
  const started = launched ?? period.stop
  return {
    instance_id: row.id,
    name: row.name,
    tenant_id: row.project_id,
    flavor: flavorOf(row).name,
    hours: hoursIn(period, started, terminated),
    vcpus: row.vcpus,
    memory_mb: row.memory_mb,
    local_gb: row.root_gb + row.ephemeral_gb,
    started_at: naiveTime(started),
    ended_at: naiveTimeOrNull(terminated),
    state: terminated === null ? row.vm_state : 'terminated',
    uptime: Math.trunc(((terminated ?? ctx.now) - started) / 1000),
  }
}

/** What one project's servers used, in sum and, where asked for, each. */
export function viewUsage(ctx: Ctx, rows: readonly UsedServer[], period: Period, detailed: boolean) {
  const servers = rows.map((row) => viewServer(ctx, row, period))
  const sum = (amount: (server: (typeof servers)[number]) => number): number =>
    servers.reduce((total, server) => total + amount(server) * server.hours, 0)
  return {
    tenant_id: rows[0]?.project_id,
    start: naiveTime(period.start),
    stop: naiveTime(period.stop),
    total_hours: sum(() => 1),
    total_vcpus_usage: sum((server) => server.vcpus),
    total_memory_mb_usage: sum((server) => server.memory_mb),
    total_local_gb_usage: sum((server) => server.local_gb),
    ...(detailed ? { server_usages: servers } : {}),
  }
}
