// Chooses a host: placement says who has room, filters say who may, weights say who is best. What a filter left out is remembered,
// so that "No valid host" can say why.
import { Type } from 'typebox'
import type { Ctx } from '#platform/context.ts'
import type { Candidate, PlacementDoor, Resources } from '../doors.ts'
import type { Wishes } from './wishes.ts'
import { listNodesWithService } from '../hypervisors/store.ts'
import { ZONE_KEY } from '../aggregates/rules.ts'
import { listAggregates, zonesIn } from '../aggregates/store.ts'
import { maySeat, seatWeight } from '../server-groups/rules.ts'
import { defaultZone, isUp } from '../services/rules.ts'

/** What a server needs of its host. */
export type SchedulerRequest = Wishes & {
  readonly resources: Resources
  /** Zone, host and hypervisor asked for, where they were. */
  readonly zone: string | null
  readonly host: string | null
  /** Hosts that have failed already. */
  readonly excluded: readonly string[]
}

/** A host that may run it; `freeMb`: memory that nobody has claimed, MiB. */
export type Choice = { readonly host: string; readonly nodeId: string; readonly zone: string; readonly freeMb: number }

/** How many hosts each step left over: the story that `No valid host` tells. */
export type Trail = readonly { readonly step: string; readonly left: number }[]

/** Why a host was chosen, as it is kept with the work: what each step left, and the best of the rest. */
export const decision = Type.Object({
  trail: Type.Array(Type.Object({ step: Type.String(), left: Type.Integer() })),
  best: Type.Array(Type.Object({ host: Type.String(), freeMb: Type.Number() })),
})
const BEST_KEPT = 5
export const decisionOf = (trail: Trail, choices: readonly Choice[]) => ({
  trail: [...trail],
  best: choices.slice(0, BEST_KEPT).map(({ host, freeMb }) => ({ host, freeMb })),
})

/** More than this are not looked at: the best of so many is as good as the best of all. */
const candidateLimit = 1000

type Filter<Node> = { readonly name: string; readonly keeps: (node: Node) => boolean }

/** What group and hints ask for; each is there only for a request that asks. */
function wishFilters({ seating, sameHosts, differentHosts }: Wishes): Filter<{ readonly host: string }>[] {
  const filters: Filter<{ readonly host: string }>[] = []
  if (sameHosts) filters.push({ name: 'SameHostFilter', keeps: ({ host }) => sameHosts.has(host) })
  if (differentHosts.size > 0) {
    filters.push({ name: 'DifferentHostFilter', keeps: ({ host }) => !differentHosts.has(host) })
  }
  if (seating?.policy === 'affinity' || seating?.policy === 'anti-affinity') {
    const name = seating.policy === 'affinity' ? 'ServerGroupAffinityFilter' : 'ServerGroupAntiAffinityFilter'
    filters.push({ name, keeps: ({ host }) => maySeat(seating, host) })
  }
  return filters
}

/** Hosts for the request, best first, and how each filter narrowed them. */
export async function chooseHosts(
  ctx: Ctx,
  placement: PlacementDoor,
  request: SchedulerRequest,
): Promise<{ choices: Choice[]; trail: Trail }> {
  const aggregates = await listAggregates(ctx)
  const zones = zonesIn(aggregates)
  const ofZone = aggregates.filter(({ metadata }) => metadata[ZONE_KEY] === request.zone)
  const candidates = await placement.getCandidates(ctx, {
    resources: request.resources,
    required: [],
    // Hosts of a zone are a few of many. The default zone has those that are in no other, which placement cannot be asked for.
    ...(ofZone.length > 0 && request.zone !== defaultZone ? { memberOf: ofZone.map(({ uuid }) => uuid) } : {}),
    limit: candidateLimit,
  })
  const zoneOfHost = (host: string): string => zones.get(host) ?? defaultZone
  const trail: { step: string; left: number }[] = [{ step: 'placement', left: candidates.length }]
  if (candidates.length === 0) return { choices: [], trail }
  const byProvider = new Map(candidates.map((candidate) => [candidate.providerId, candidate]))
  const nodes = await listNodesWithService(ctx, [...byProvider.keys()])
  const filters: readonly Filter<(typeof nodes)[number]>[] = [
    { name: 'ComputeFilter', keeps: (node) => node.disabled === 0 && isUp(node, ctx.now) },
    { name: 'AvailabilityZoneFilter', keeps: ({ host }) => request.zone === null || zoneOfHost(host) === request.zone },
    { name: 'requested host', keeps: (node) => request.host === null || node.host === request.host },
    { name: 'RetryFilter', keeps: (node) => !request.excluded.includes(node.host) },
    // Filters that only some requests need tell of themselves only there.
    ...wishFilters(request),
  ]
  let left = nodes
  for (const { name, keeps } of filters) {
    left = left.filter(keeps)
    trail.push({ step: name, left: left.length })
  }
  const weighed = left
    .map(({ id, host }) => {
      const candidate = byProvider.get(id)
      const wish = request.seating ? seatWeight(request.seating, host) : 0
      return { id, host, wish, memoryMb: freeOf(candidate, 'MEMORY_MB'), vcpus: freeOf(candidate, 'VCPU') }
    })
    // What a soft policy wishes comes first. Then free memory decides, as Nova's RAM weigher does with its usual multipliers;
    // then free processors.
    .sort((a, b) => b.wish - a.wish || b.memoryMb - a.memoryMb || b.vcpus - a.vcpus || a.host.localeCompare(b.host))
  return {
    choices: weighed.map(({ id, host, memoryMb }) => ({ host, nodeId: id, zone: zoneOfHost(host), freeMb: memoryMb })),
    trail,
  }
}

const freeOf = (candidate: Candidate | undefined, resource: string): number =>
  (candidate?.capacity[resource] ?? 0) - (candidate?.used[resource] ?? 0)

/** `placement 3, ComputeFilter 0`. */
export const trailText = (trail: Trail): string => trail.map(({ step, left }) => `${step} ${left}`).join(', ')
