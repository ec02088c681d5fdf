import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, CloudError, notFound } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import type { Platform } from '#platform/platform.ts'
import type { ComputeDoors, ServerPort } from '../doors.ts'
import { beginAction } from '../instance-actions/store.ts'
import { checkState } from '../servers/actions/action.ts'
import { getServer } from '../servers/operations/read.ts'
import type { AttachSaga, DetachSaga } from '../servers/sagas/interfaces.ts'
import { cardsOf } from '../servers/view.ts'
import type { CreateInterface } from './schemas.ts'

/** A port of a server and its tag. */
export type ServerInterface = { readonly port: ServerPort; readonly tag: string | null }

/** Makes the operations on a server's cards. */
export function createInterfaces(platform: Platform, doors: ComputeDoors, attach: AttachSaga, detach: DetachSaga) {
  const list = async (
    ctx: Ctx,
    serverId: string,
    rule = 'os_compute_api:os-attach-interfaces:list',
  ): Promise<ServerInterface[]> => {
    const server = await getServer(ctx, serverId, rule)
    const tags = new Map(cardsOf(server).map((card) => [card.portId, card.tag]))
    const ports = await doors.network.listServerPorts(ctx, serverId)
    return ports.map((port) => ({ port, tag: tags.get(port.id) ?? null }))
  }
  const states = { vmStates: ['active', 'paused', 'stopped'], taskStates: [null] } as const

  return {
    list,
    /** @throws notFound */
    get: async (ctx: Ctx, serverId: string, portId: string): Promise<ServerInterface> => {
      const all = await list(ctx, serverId, 'os_compute_api:os-attach-interfaces:show')
      const found = all.find(({ port }) => port.id === portId)
      if (!found) throw notFound(`Port id ${portId} could not be found.`)
      return found
    },
    /** Plugs a card in and answers when it is there, as Nova does. @throws badRequest, conflict (state) */
    create: async (ctx: Ctx, serverId: string, body: CreateInterface): Promise<ServerInterface> => {
      const server = await getServer(ctx, serverId, 'os_compute_api:os-attach-interfaces:create')
      checkState(ctx, server, { name: 'attach_interface', ...states })
      const { net_id, port_id, fixed_ips } = body
      if (net_id !== undefined && port_id !== undefined) throw badRequest('Must not input both network_id and port_id')
      const fixedIp = fixed_ips?.[0]?.ip_address ?? null
      if (fixedIp !== null && net_id === undefined) throw badRequest('Must input network_id when request IP address')
      const items = [{ networkId: net_id ?? null, portId: port_id ?? null, fixedIp, tag: body.tag ?? null }]
      const [planned] = await doors.network
        .planPorts(ctx, net_id === undefined && port_id === undefined ? { kind: 'auto' } : { kind: 'list', items }, 1)
        .catch((error: unknown) => {
          throw error instanceof CloudError && error.status === 404 ? badRequest(error.message) : error
        })
      if (!planned) throw badRequest('No networks are available for this project.')
      const port = {
        portId: planned.portId ?? newUuid(),
        existing: planned.portId !== null,
        networkId: planned.networkId,
        fixedIp: planned.fixedIp,
        tag: body.tag ?? null,
      }
      await inTransaction(ctx, async (tx) => {
        await beginAction(tx, server, 'attach_interface')
        await platform.work.start(tx, attach.begin({ serverId, port }), { resource: `server/${serverId}` })
      })
      await platform.work.settled(`server/${serverId}`)
      const all = await list(ctx, serverId, 'os_compute_api:os-attach-interfaces:create')
      const made = all.find((known) => known.port.id === port.portId)
      if (!made) throw new CloudError('internal', `Failed to attach interface to ${serverId}`)
      return made
    },
    /** Begins to unplug a card. @throws notFound, conflict (state) */
    delete: async (ctx: Ctx, serverId: string, portId: string): Promise<void> => {
      const server = await getServer(ctx, serverId, 'os_compute_api:os-attach-interfaces:delete')
      checkState(ctx, server, { name: 'detach_interface', ...states })
      if (!cardsOf(server).some((card) => card.portId === portId)) {
        throw notFound(`Port ${portId} is not attached to instance ${serverId}`)
      }
      await inTransaction(ctx, async (tx) => {
        await beginAction(tx, server, 'detach_interface')
        await platform.work.start(tx, detach.begin({ serverId, portId }), { resource: `server/${serverId}` })
      })
    },
  }
}

export type Interfaces = ReturnType<typeof createInterfaces>
