// The invariants between services: nobody keeps anything for what is gone, and what is there has all it needs. What looks wrong is
// looked at twice, because work under way is never in all services at the same instant.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Compute } from '#compute/service.ts'
import type { Image } from '#image/service.ts'
import type { Network } from '#network/service.ts'
import type { Placement } from '#placement/service.ts'
import type { Ctx } from '#platform/context.ts'
import { listOverdue } from '#platform/work/store.ts'
import type { Diagnosis, Finding, FindingKind } from './findings.ts'

/** The services that are compared. */
export type Audited = {
  readonly image: Image
  readonly placement: Placement
  readonly network: Network
  readonly compute: Compute
}

/** Looks for what is wrong. */
export type Doctor = {
  readonly audit: (ctx: Ctx) => Promise<Finding[]>
  /** Mends what can be mended without losing anything, and looks again. */
  /** Reads the data of every image in every store, and finds what is not what it was. */
  readonly checkData: (ctx: Ctx) => Promise<Finding[]>
  readonly heal: (ctx: Ctx) => Promise<Diagnosis>
}

/** Work that takes longer than this is worth a look. */
const overdueMs = 10 * 60_000
const secondLookMs = 1000

const keyOf = ({ kind, subject, at }: Finding): string => `${kind} ${subject} ${at}`
const found = (kind: FindingKind, subject: string, at = ''): Finding => ({ kind, subject, at })

export function createDoctor(services: Audited, now: () => number): Doctor {
  const { image, placement, network, compute } = services

  const auditServers = async (ctx: Ctx): Promise<Finding[]> => {
    // What is kept first, the servers after it: a server is there before anything is kept for it.
    const holders = await placement.door.listHolders(ctx)
    const ports = await network.audit.listServerPortOwners(ctx)
    const hosts = await compute.audit.listGuests(ctx)
    const servers = new Map((await compute.audit.listServers(ctx)).map((server) => [server.id, server]))
    const nodes = new Set([...servers.values()].map((server) => server.nodeId))
    const holding = new Set(holders.map(({ consumerId }) => consumerId))
    const findings: Finding[] = []
    for (const { consumerId, providerId } of holders) {
      // Others may keep accounts in placement too: only what a server had is ours to judge.
      if (servers.has(consumerId)) continue
      if (nodes.has(providerId) || (await compute.audit.wasServer(ctx, consumerId)))
        findings.push(found('allocation-without-server', consumerId, providerId))
    }
    for (const { id, device_id: serverId } of ports)
      if (!servers.has(serverId)) findings.push(found('port-without-server', id, serverId))
    for (const { id, host, status, settled } of servers.values())
      if (settled && host !== null && status !== 'error' && !holding.has(id))
        findings.push(found('server-without-allocation', id, host))
    for (const { host, guests } of hosts) {
      if (guests === null) {
        findings.push(found('host-away', host))
        continue
      }
      const running = new Set(guests.filter((guest) => guest.power === 'running').map((guest) => guest.id))
      for (const server of servers.values())
        if (server.host === host && server.status === 'active' && server.settled && !running.has(server.id))
          findings.push(found('server-without-guest', server.id, host))
      for (const { id, name } of guests) {
        if (servers.has(id)) continue
        const kind = (await compute.audit.wasServer(ctx, id)) ? 'guest-of-deleted-server' : 'guest-unknown'
        findings.push(found(kind, name, host))
      }
    }
    return findings
  }

  const auditImages = async (ctx: Ctx): Promise<Finding[]> => {
    const { strangers, missing, away } = await image.audit.compareData(ctx)
    return [
      ...strangers.map(({ name, store }) => found('data-without-image', name, store)),
      ...missing.map(({ image: id, store }) => found('image-without-data', id, store)),
      ...away.map((store) => found('image-store-away', store)),
    ]
  }

  const auditFabric = async (ctx: Ctx): Promise<Finding[]> => {
    const differences = await network.audit.compareFabric(ctx)
    if (differences === null) return [found('fabric-away', '')]
    const kinds = { missing: 'fabric-lacks', stranger: 'fabric-has-stranger', pending: 'fabric-not-told' } as const
    return differences.map(({ kind, id, how }) => found(kinds[how], id, kind))
  }

  const auditWork = async (ctx: Ctx): Promise<Finding[]> =>
    (await listOverdue(ctx, now() - overdueMs)).map(({ id, saga, resource }) =>
      found('work-unfinished', id, `${saga} ${resource}`),
    )

  const look = async (ctx: Ctx): Promise<Finding[]> => [
    ...(await auditServers(ctx)),
    ...(await auditImages(ctx)),
    ...(await auditFabric(ctx)),
    ...(await auditWork(ctx)),
  ]

  const audit = async (ctx: Ctx): Promise<Finding[]> => {
    const first = new Set((await look(ctx)).map(keyOf))
    if (first.size === 0) return []
    await sleep(secondLookMs)
    return (await look(ctx)).filter((each) => first.has(keyOf(each)))
  }

  /** How one finding is mended. */
  const remedies: { readonly [kind in FindingKind]?: (ctx: Ctx, finding: Finding) => Promise<unknown> } = {
    'allocation-without-server': (ctx, { subject }) => placement.door.release(ctx, subject),
    'server-without-allocation': (ctx, { subject }) => compute.audit.claim(ctx, subject),
    'port-without-server': (ctx, { at }) => network.releasePorts(ctx, at),
    'data-without-image': (_ctx, { subject, at }) => image.audit.removeData(at, subject),
  }
  /** What mends everything of some kinds at once. The kinds that are nowhere here need a person. */
  const sweeps: readonly { readonly kinds: readonly FindingKind[]; readonly run: (ctx: Ctx) => Promise<void> }[] = [
    { kinds: ['guest-of-deleted-server', 'server-without-guest'], run: compute.audit.reconcileGuests },
    { kinds: ['fabric-lacks', 'fabric-has-stranger', 'fabric-not-told'], run: network.audit.repairFabric },
  ]
  const mend = async (ctx: Ctx, findings: readonly Finding[]): Promise<void> => {
    for (const each of findings) {
      await remedies[each.kind]?.(ctx, each).catch((error: unknown) =>
        ctx.log.warn({ err: error, finding: each }, 'what the doctor found could not be mended'),
      )
    }
    for (const { kinds, run } of sweeps) if (findings.some(({ kind }) => kinds.includes(kind))) await run(ctx)
  }

  return {
    audit,
    checkData: async (ctx) =>
      (await image.audit.compareHashes(ctx)).map(({ image: id, store }) => found('image-data-corrupt', id, store)),
    heal: async (ctx) => {
      const before = await audit(ctx)
      await mend(ctx, before)
      const left = await audit(ctx)
      const still = new Set(left.map(keyOf))
      return { healed: before.filter((each) => !still.has(keyOf(each))), left }
    },
  }
}
