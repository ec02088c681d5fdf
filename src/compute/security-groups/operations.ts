import type { Ctx } from '#platform/context.ts'
import { badRequest, notFound } from '#platform/errors.ts'
import type { Group, GroupRule, NetworkDoor } from '../doors.ts'
import { getServer } from '../servers/operations/read.ts'
import type { NewRule } from './schemas.ts'

/** A group whose rules' remote groups are known by name. */
export type NamedGroup = { readonly group: Group; readonly names: ReadonlyMap<string, string> }

const namesOf = (groups: readonly Group[]): ReadonlyMap<string, string> =>
  new Map(groups.map(({ id, name }) => [id, name]))

/** The groups of the caller's project. */
export async function listSecurityGroups(ctx: Ctx, network: NetworkDoor): Promise<NamedGroup[]> {
  const groups = await network.securityGroups.list(ctx)
  const names = namesOf(groups)
  return groups.map((group) => ({ group, names }))
}

/** @throws notFound */
export async function getSecurityGroup(ctx: Ctx, network: NetworkDoor, id: string): Promise<NamedGroup> {
  const group = await network.securityGroups.get(ctx, id)
  return { group, names: namesOf(await network.securityGroups.list(ctx)) }
}

const numberOf = (port: string | number | null | undefined): number | null =>
  port === null || port === undefined || Number(port) === -1 ? null : Number(port)

/** Lets traffic in. @throws badRequest, notFound, conflict */
export async function createRule(
  ctx: Ctx,
  network: NetworkDoor,
  body: NewRule,
): Promise<{ rule: GroupRule; names: ReadonlyMap<string, string> }> {
  if (body.cidr && body.group_id) throw badRequest('Only one of cidr or group_id may be given.')
  const protocol = body.ip_protocol?.toLowerCase() ?? null
  if ((body.from_port === undefined) !== (body.to_port === undefined))
    throw badRequest('Invalid port range: both ends are needed.')
  const rule = await network.securityGroups.createRule(ctx, {
    groupId: body.parent_group_id,
    protocol: protocol === '-1' ? null : protocol,
    fromPort: numberOf(body.from_port),
    toPort: numberOf(body.to_port),
    cidr: body.group_id ? null : (body.cidr ?? '0.0.0.0/0'),
    remoteGroupId: body.group_id ?? null,
  })
  return { rule, names: namesOf(await network.securityGroups.list(ctx)) }
}

/** The groups of a server's ports. */
export async function listServerGroups(ctx: Ctx, network: NetworkDoor, serverId: string): Promise<NamedGroup[]> {
  await getServer(ctx, serverId, 'os_compute_api:os-security-groups:list')
  const ids = new Set((await network.listServerPorts(ctx, serverId)).flatMap((port) => port.securityGroupIds))
  return (await listSecurityGroups(ctx, network)).filter(({ group }) => ids.has(group.id))
}

/** Adds a group, by name or id, to all ports of a server. @throws notFound, badRequest (a port that cannot have any) */
export async function addToServer(ctx: Ctx, network: NetworkDoor, serverId: string, name: string): Promise<void> {
  const [group] = await network.resolveSecurityGroups(ctx, [name])
  if (!group) throw notFound(`Security group ${name} not found.`)
  const ports = await network.listServerPorts(ctx, serverId)
  if (ports.length === 0) throw notFound(`instance_id ${serverId} could not be found as device id on any ports`)
  await network.securityGroups.changeServerGroups(ctx, serverId, (ids) => [...new Set([...ids, group.id])])
}

/** Takes a group from all ports of a server. @throws notFound where none has it */
export async function removeFromServer(ctx: Ctx, network: NetworkDoor, serverId: string, name: string): Promise<void> {
  const [group] = await network.resolveSecurityGroups(ctx, [name])
  const ports = await network.listServerPorts(ctx, serverId)
  if (!group || !ports.some((port) => port.securityGroupIds.includes(group.id))) {
    throw notFound(`Security group ${name} not associated with the instance ${serverId}`)
  }
  await network.securityGroups.changeServerGroups(ctx, serverId, (ids) => ids.filter((id) => id !== group.id))
}
