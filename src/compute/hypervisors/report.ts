// What an agent (or the simulated hosts) tell of themselves becomes a service, a hypervisor and a resource provider.
import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'
import type { Platform } from '#platform/platform.ts'
import type { Inventory, PlacementDoor } from '../doors.ts'
import type { HostFacts } from '../drivers/driver.ts'
import { touchService } from '../services/store.ts'
import * as store from './store.ts'

const inventory = (total: number, allocationRatio: number, reserved = 0): Inventory => ({
  total,
  reserved: Math.min(reserved, total),
  minUnit: 1,
  maxUnit: total,
  stepSize: 1,
  allocationRatio,
})

/** Takes a host's report in: a sign of life every time, the rest when it has changed. */
export function createReports(platform: Platform, placement: PlacementDoor) {
  const { config } = platform
  // Facts as they were last taken in, so that a heartbeat costs one update and no placement.
  const known = new Map<string, string>()
  return async (ctx: Ctx, facts: HostFacts): Promise<void> => {
    await touchService(ctx, newUuid(), facts.host, 'nova-compute')
    // The uptime changes all the time and decides nothing.
    const text = JSON.stringify(facts)
    const compared = JSON.stringify({ ...facts, uptime: '' })
    if (known.get(facts.host) === compared) return
    const old = await store.findNodeOfHost(ctx, facts.host)
    const id = old?.id ?? newUuid()
    await store.writeNode(ctx, { id, host: facts.host, facts: text, created_at: ctx.now, updated_at: ctx.now })
    const node = await store.findNodeOfHost(ctx, facts.host)
    await placement.ensureProvider(ctx, {
      id: node?.id ?? id,
      name: facts.host,
      inventories: {
        VCPU: inventory(facts.vcpus, config.cpu_allocation_ratio),
        MEMORY_MB: inventory(facts.memoryMb, config.ram_allocation_ratio, config.reserved_host_memory_mb),
        DISK_GB: inventory(facts.diskGb, config.disk_allocation_ratio),
      },
      traits: ['COMPUTE_NODE'],
    })
    known.set(facts.host, compared)
  }
}
