/** How the servers of a group are to be spread. Source: nova/scheduler/filters/affinity_filter.py, weights/affinity.py. */
export type Policy = 'affinity' | 'anti-affinity' | 'soft-affinity' | 'soft-anti-affinity'

/** What decides where one server more of a group may go. */
export type Seating = {
  readonly policy: Policy
  /** Servers that a host may have under `anti-affinity`. */
  readonly maxPerHost: number
  /** How many servers of the group each host has; others are not named. */
  readonly membersOn: ReadonlyMap<string, number>
}

/** Whether the host may have it: all on one host, or at most so many on each. Soft policies forbid nothing. */
export function maySeat({ policy, maxPerHost, membersOn }: Seating, host: string): boolean {
  const there = membersOn.get(host) ?? 0
  if (policy === 'anti-affinity') return there < maxPerHost
  return policy !== 'affinity' || membersOn.size === 0 || there > 0
}

/** What a soft policy gives a host; more is better. */
export function seatWeight({ policy, membersOn }: Seating, host: string): number {
  const there = membersOn.get(host) ?? 0
  if (policy === 'soft-affinity') return there
  return policy === 'soft-anti-affinity' ? -there : 0
}
