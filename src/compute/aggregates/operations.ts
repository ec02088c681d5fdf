import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, type CloudError, conflict, notFound } from '#platform/errors.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { newUuid } from '#platform/ids.ts'
import type { PlacementDoor } from '../doors.ts'
import { findNodeOfHost } from '../hypervisors/store.ts'
import { countServersOnHost } from '../servers/store/usage.ts'
import { takeTurn } from '../turns.ts'
import { changed, ZONE_KEY } from './rules.ts'
import type { CreateAggregate, MetadataChanges, UpdateAggregate } from './schemas.ts'
import * as store from './store.ts'

export type { Aggregate } from './store.ts'

export const listAggregates = (ctx: Ctx): Promise<store.Aggregate[]> => store.listAggregates(ctx)

const cannot = (what: string, id: number, reason: string): string =>
  `Cannot ${what} aggregate ${id}. Reason: ${reason}.`

/** Runs `work` on all aggregates and the one meant, alone among all changes of aggregates, and gives that one anew. */
const change = (
  ctx: Ctx,
  id: string,
  work: (tx: Ctx, aggregate: store.Aggregate, all: readonly store.Aggregate[]) => Promise<void>,
  missing = notFound(`Aggregate ${id} could not be found.`),
): Promise<store.Aggregate> => {
  if (!/^[+-]?\d+$/.test(id)) throw badRequest('Invalid input received: id must be an integer')
  return inTransaction(ctx, async (tx) => {
    await takeTurn(tx, 'aggregates')
    const all = await store.listAggregates(tx)
    const aggregate = all.find((each) => each.id === Number(id))
    if (aggregate === undefined) throw missing
    await work(tx, aggregate, all)
    return (await store.listAggregates(tx)).find((each) => each.id === aggregate.id) ?? aggregate
  })
}

/** @throws conflict (the name is taken) */
export const createAggregate = (ctx: Ctx, body: CreateAggregate): Promise<store.Aggregate> =>
  inTransaction(ctx, async (tx) => {
    await takeTurn(tx, 'aggregates')
    checkName(body.name, await store.listAggregates(tx))
    const zone = body.availability_zone ?? null
    const metadata = zone === null ? {} : { [ZONE_KEY]: zone }
    const uuid = newUuid()
    const row = { uuid, name: body.name, metadata: JSON.stringify(metadata), created_at: tx.now, updated_at: null }
    await store.insertAggregate(tx, row)
    const made = (await store.listAggregates(tx)).find((each) => each.uuid === uuid)
    if (made === undefined) throw new Error('the aggregate that was made is not there')
    return made
  })

const checkName = (name: string, others: readonly store.Aggregate[]): void => {
  if (others.some((each) => each.name === name)) throw conflict(`Aggregate ${name} already exists.`)
}

/** @throws badRequest, notFound */
export async function getAggregate(ctx: Ctx, id: string): Promise<store.Aggregate> {
  if (!/^[+-]?\d+$/.test(id)) throw badRequest('Invalid input received: id must be an integer')
  const aggregate = (await store.listAggregates(ctx)).find((each) => each.id === Number(id))
  if (aggregate === undefined) throw notFound(`Aggregate ${id} could not be found.`)
  return aggregate
}

/** Changes name or zone. @throws notFound, conflict (name), badRequest (zone) */
export const updateAggregate = (ctx: Ctx, id: string, body: UpdateAggregate): Promise<store.Aggregate> =>
  change(ctx, id, async (tx, aggregate, all) => {
    const { name = aggregate.name, availability_zone: zone } = body
    if (name !== aggregate.name) checkName(name, all)
    if (zone !== undefined) await checkZone(tx, aggregate, all, zone, 'update')
    const metadata = zone === undefined ? aggregate.metadata : changed(aggregate.metadata, { [ZONE_KEY]: zone })
    await store.updateAggregate(tx, aggregate.id, { name, metadata })
  })

/** Adds, changes and (null) takes away metadata. @throws notFound, badRequest (zone) */
export const setMetadata = (ctx: Ctx, id: string, changes: MetadataChanges): Promise<store.Aggregate> =>
  change(ctx, id, async (tx, aggregate, all) => {
    const zone = changes[ZONE_KEY]
    if (zone !== undefined) await checkZone(tx, aggregate, all, zone, 'update metadata of')
    const metadata = changed(aggregate.metadata, changes)
    await store.updateAggregate(tx, aggregate.id, { name: aggregate.name, metadata })
  })

/** A host has one zone, and servers do not move between zones by what happens to their host. */
const checkZone = async (
  tx: Ctx,
  aggregate: store.Aggregate,
  all: readonly store.Aggregate[],
  zone: string | null,
  what: string,
): Promise<void> => {
  const refuse = (reason: string): CloudError => badRequest(cannot(what, aggregate.id, reason))
  if (!zone) throw refuse(`Aggregate ${aggregate.name} does not support empty named availability zone`)
  const others = otherZones(aggregate, all, aggregate.hosts).filter((other) => other !== zone)
  if (others.length > 0) throw refuse(takenText(others))
  if (aggregate.metadata[ZONE_KEY] === zone) return
  for (const host of aggregate.hosts) {
    if ((await countServersOnHost(tx, host)) > 0) throw refuse('One or more hosts contain instances in this zone')
  }
}

/** Zones that other aggregates give some hosts. */
const otherZones = (
  aggregate: store.Aggregate,
  all: readonly store.Aggregate[],
  hosts: readonly string[],
): readonly string[] =>
  all
    .filter((each) => each.id !== aggregate.id && each.hosts.some((host) => hosts.includes(host)))
    .flatMap(({ metadata }) => metadata[ZONE_KEY] ?? [])

const takenText = (zones: readonly string[]): string =>
  `One or more hosts already in availability zone(s) ${pythonRepr(zones)}`

/** @throws notFound, badRequest (it has hosts) */
export const deleteAggregate = (ctx: Ctx, id: string): Promise<store.Aggregate> =>
  change(ctx, id, async (tx, aggregate) => {
    if (aggregate.hosts.length > 0) {
      throw badRequest(cannot('remove host from', aggregate.id, 'Host aggregate is not empty'))
    }
    await store.deleteAggregate(tx, aggregate.id)
  })

/** Why a host that has servers may not get another zone. */
const movedText = (verb: string, from: string | undefined, to: string | undefined, servers: number): string =>
  `The host cannot be ${verb} the aggregate as the availability zone of the host would change from ` +
  `'${from ?? 'None'}' to '${to ?? 'None'}' but the host already has ${servers} instance(s). Changing the AZ of an ` +
  'existing instance is not supported by this action. Move the instances away from this host then try again. If you ' +
  'need to move the instances between AZs then you can use shelve_offload and unshelve to achieve this.'

/**
 * Adds a host, in placement first: a zone then never lacks a host that it has. Where it may not be added it goes from there again.
 * @throws notFound (aggregate or host), conflict (it is in already, has another zone, or servers)
 */
export async function addHost(ctx: Ctx, placement: PlacementDoor, id: string, host: string): Promise<store.Aggregate> {
  const node = await findNodeOfHost(ctx, host)
  if (node === undefined) throw notFound(`Compute host ${host} could not be found.`)
  const { uuid } = await getAggregate(ctx, id)
  await placement.changeAggregates(ctx, node.id, { add: [uuid], remove: [] })
  try {
    return await insertIntoAggregate(ctx, id, host)
  } catch (error) {
    const isIn = (await store.listAggregates(ctx)).some((each) => each.uuid === uuid && each.hosts.includes(host))
    if (!isIn) await placement.changeAggregates(ctx, node.id, { add: [], remove: [uuid] })
    throw error
  }
}

const insertIntoAggregate = (ctx: Ctx, id: string, host: string): Promise<store.Aggregate> =>
  change(ctx, id, async (tx, aggregate, all) => {
    if (aggregate.hosts.includes(host)) throw conflict(`Aggregate ${aggregate.id} already has host ${host}.`)
    const refuse = (reason: string): CloudError => conflict(cannot('add host to', aggregate.id, reason))
    const zone = aggregate.metadata[ZONE_KEY]
    if (zone !== undefined) {
      const [current] = otherZones(aggregate, all, [host])
      if (current !== undefined && current !== zone) throw refuse(takenText([current]))
      const servers = current === zone ? 0 : await countServersOnHost(tx, host)
      if (servers > 0) throw refuse(movedText('added to', current, zone, servers))
    }
    await store.insertHost(tx, aggregate.id, host)
  })

/** Takes a host away, in placement last. @throws notFound, conflict (its servers would change zones) */
export async function removeHost(
  ctx: Ctx,
  placement: PlacementDoor,
  id: string,
  host: string,
): Promise<store.Aggregate> {
  const missing = notFound(`Cannot remove host ${host} in aggregate ${id}`)
  const after = await change(
    ctx,
    id,
    async (tx, aggregate, all) => {
      if (!aggregate.hosts.includes(host)) throw missing
      const zone = aggregate.metadata[ZONE_KEY]
      const [other] = otherZones(aggregate, all, [host])
      const servers = zone === undefined || zone === other ? 0 : await countServersOnHost(tx, host)
      if (servers > 0) {
        throw conflict(cannot('remove host from', aggregate.id, movedText('removed from', zone, other, servers)))
      }
      await store.deleteHost(tx, aggregate.id, host)
    },
    missing,
  )
  const node = await findNodeOfHost(ctx, host)
  if (node !== undefined) await placement.changeAggregates(ctx, node.id, { add: [], remove: [after.uuid] })
  return after
}
