// Chooses a host: placement says who has room, filters say who may, weights say who is best. What a filter left out is remembered,
// so that "No valid host" can say why.
import type { Ctx } from '#platform/context.ts'
import type { Candidate, PlacementDoor, Resources } from '../doors.ts'
import { listNodesWithService } from '../hypervisors/store.ts'
import { defaultZone, isUp } from '../services/rules.ts'

/** What a server needs of its host. */
export type SchedulerRequest = {
  readonly resources: Resources
  /** Zone, host and hypervisor asked for, where they were. */
  readonly zone: string | null
  readonly host: string | null
  /** Hosts that have failed already. */
  readonly excluded: readonly string[]
}

/** A host that may run it, best first. */
export type Choice = { readonly host: string; readonly nodeId: string; readonly zone: string }

/** How many hosts each step left over: the story that `No valid host` tells. */
export type Trail = readonly { readonly step: string; readonly left: number }[]

/** More than this are not looked at: the best of so many is as good as the best of all. */
const candidateLimit = 1000

/** Hosts for the request, best first, and how each filter narrowed them. */
export async function chooseHosts(
  ctx: Ctx,
  placement: PlacementDoor,
  request: SchedulerRequest,
): Promise<{ choices: Choice[]; trail: Trail }> {
  const candidates = await placement.getCandidates(ctx, {
    resources: request.resources,
    required: [],
    limit: candidateLimit,
  })
  const trail: { step: string; left: number }[] = [{ step: 'placement', left: candidates.length }]
  if (candidates.length === 0) return { choices: [], trail }
  const byProvider = new Map(candidates.map((candidate) => [candidate.providerId, candidate]))
  const nodes = await listNodesWithService(ctx, [...byProvider.keys()])
  const filters: readonly { name: string; keeps: (node: (typeof nodes)[number]) => boolean }[] = [
    { name: 'ComputeFilter', keeps: (node) => node.disabled === 0 && isUp(node, ctx.now) },
    { name: 'AvailabilityZoneFilter', keeps: () => request.zone === null || request.zone === defaultZone },
    { name: 'requested host', keeps: (node) => request.host === null || node.host === request.host },
    { name: 'RetryFilter', keeps: (node) => !request.excluded.includes(node.host) },
  ]
  let left = nodes
  for (const { name, keeps } of filters) {
    left = left.filter(keeps)
    trail.push({ step: name, left: left.length })
  }
  const weighed = left
    .map((node) => ({ node, weight: freeShare(byProvider.get(node.id)) }))
    .sort((a, b) => b.weight - a.weight || a.node.host.localeCompare(b.node.host))
  return { choices: weighed.map(({ node }) => ({ host: node.host, nodeId: node.id, zone: defaultZone })), trail }
}

/** Free memory decides, as Nova's RAM weigher does with its usual multipliers; then free processors. */
function freeShare(candidate: Candidate | undefined): number {
  if (!candidate) return 0
  const free = (resource: string) => (candidate.capacity[resource] ?? 0) - (candidate.used[resource] ?? 0)
  return free('MEMORY_MB') + free('VCPU') / 1000
}

/** `placement 3, ComputeFilter 0`. */
export const trailText = (trail: Trail): string => trail.map(({ step, left }) => `${step} ${left}`).join(', ')
