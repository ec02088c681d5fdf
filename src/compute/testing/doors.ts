// The other services as compute sees them, in memory: they remember what was taken, so that a test sees what was not given back.
import type { Ctx } from '#platform/context.ts'
import { notFound } from '#platform/errors.ts'
import type { Candidate, ComputeDoors, ServerPort } from '../doors.ts'

/** The doors and what lies behind them. */
export type FakeDoors = ComputeDoors & {
  readonly claims: Map<string, string>
  readonly ports: Map<string, ServerPort & { readonly serverId: string }>
  readonly providers: Map<string, { readonly name: string }>
}

export const testImage = 'a0a0a0a0-0000-4000-8000-000000000001'
export const testNetwork = 'b0b0b0b0-0000-4000-8000-000000000001'

export function createFakeDoors(): FakeDoors {
  const claims = new Map<string, string>()
  const ports = new Map<string, ServerPort & { readonly serverId: string }>()
  const providers = new Map<string, { name: string; capacity: Record<string, number> }>()
  const aggregates = new Map<string, Set<string>>()
  const used = (id: string) => [...claims.values()].filter((provider) => provider === id).length
  const getBootImage: FakeDoors['image']['getBootImage'] = async (_ctx, id) => {
    if (id !== testImage) throw notFound(`Image ${id} could not be found.`)
    return {
      id,
      name: 'cirros',
      status: 'active',
      diskFormat: 'qcow2',
      size: 1024,
      virtualSize: 1024,
      minRam: 0,
      minDisk: 0,
      properties: {},
      path: '/nowhere',
    }
  }
  return {
    claims,
    ports,
    providers,
    identity: { projectExists: async (_ctx: Ctx, id: string) => id !== 'none' },
    image: {
      getBootImage,
      fetchBootImage: getBootImage,
    },
    placement: {
      ensureProvider: async (_ctx, { id, name, inventories }) => {
        const capacity = Object.fromEntries(
          Object.entries(inventories).map(([resource, { total, reserved, allocationRatio }]) => [
            resource,
            (total - reserved) * allocationRatio,
          ]),
        )
        providers.set(id, { name, capacity })
      },
      deleteProvider: async (_ctx, id) => {
        providers.delete(id)
      },
      changeAggregates: async (_ctx, id, { add, remove }) => {
        const kept = [...(aggregates.get(id) ?? []), ...add].filter((each) => !remove.includes(each))
        aggregates.set(id, new Set(kept))
      },
      getCandidates: async (_ctx, { resources, memberOf }) =>
        [...providers].flatMap(([providerId, { capacity }]): Candidate[] =>
          (memberOf?.some((each) => aggregates.get(providerId)?.has(each)) ?? true) &&
          Object.entries(resources).every(([resource, amount]) => amount <= (capacity[resource] ?? 0))
            ? [{ providerId, capacity, used: { VCPU: used(providerId) } }]
            : [],
        ),
      claim: async (_ctx, { consumerId, providerId }) => {
        claims.set(consumerId, providerId)
        return true
      },
      release: async (_ctx, consumerId) => {
        claims.delete(consumerId)
      },
    },
    network: {
      planPorts: async (_ctx, wanted) => {
        if (wanted.kind === 'none') return []
        if (wanted.kind === 'auto') return [{ networkId: testNetwork, portId: null, fixedIp: null, tag: null }]
        return wanted.items.map((item) => {
          if (item.networkId !== testNetwork) throw notFound(`Network ${item.networkId ?? ''} could not be found.`)
          return { ...item, networkId: item.networkId }
        })
      },
      resolveSecurityGroups: async (_ctx, names) => names.map((name) => ({ id: name, name })),
      allocatePorts: async (_ctx, server, requests) => {
        for (const { portId, networkId } of requests) {
          ports.set(portId, {
            id: portId,
            serverId: server.id,
            networkId: networkId ?? '',
            networkName: 'network1',
            mac: 'fa:16:3e:00:00:01',
            mtu: 1442,
            fixedIps: [{ subnetId: 's', address: `10.1.0.${ports.size + 10}` }],
            floatingIps: [],
            securityGroupIds: [],
            securityGroups: ['default'],
            status: 'ACTIVE',
            ownedByServer: true,
          })
        }
        return [...ports.values()].filter((port) => port.serverId === server.id)
      },
      releasePorts: async (_ctx, serverId) => {
        for (const port of ports.values()) if (port.serverId === serverId) ports.delete(port.id)
      },
      releasePort: async (_ctx, portId) => {
        ports.delete(portId)
      },
      securityGroups: {
        list: async () => [],
        get: async (_ctx, id) => {
          throw notFound(`Security group ${id} not found.`)
        },
        create: async (ctx, name, description) => ({
          id: name,
          name,
          description,
          projectId: ctx.caller.projectId ?? '',
          rules: [],
        }),
        update: async (ctx, id, name, description) => ({
          id,
          name,
          description,
          projectId: ctx.caller.projectId ?? '',
          rules: [],
        }),
        delete: async () => undefined,
        createRule: async (_ctx, rule) => ({ id: 'rule', ...rule }),
        deleteRule: async () => undefined,
        changeServerGroups: async (_ctx, serverId, change) => {
          for (const port of ports.values()) {
            if (port.serverId === serverId)
              ports.set(port.id, { ...port, securityGroupIds: change(port.securityGroupIds) })
          }
        },
      },
      listExternalNetworks: async () => [{ id: testNetwork, name: 'public' }],
      findServerByAddress: async (_ctx, networkId, address) =>
        [...ports.values()].find(
          (port) => port.networkId === networkId && port.fixedIps.some((ip) => ip.address === address),
        )?.serverId ?? null,
      listServerPorts: async (_ctx, serverId) => [...ports.values()].filter((port) => port.serverId === serverId),
    },
  }
}
