// Agents are not stored: they are what the fabric's hosts say of themselves.
import type { Ctx } from '#platform/context.ts'
import { readUpdate } from '../attributes/body.ts'
import type { Deps } from '../deps.ts'
import { badRequestFor, neutronError, resourceNotFound } from '../errors.ts'
import { agentResource } from './schemas.ts'
import { type Agent, viewAgents } from './view.ts'

/** Who may not see them sees none. */
export const listAgents = (ctx: Ctx, { fabric }: Deps): Agent[] =>
  ctx.can('get_agent') ? fabric.chassis().flatMap(viewAgents) : []

/** @throws notFound */
export function getAgent(ctx: Ctx, deps: Deps, id: string): Agent {
  const found = listAgents(ctx, deps).find((agent) => agent.id === id)
  if (found === undefined) throw neutronError('notFound', 'AgentNotFound', `Agent ${id} could not be found.`)
  return found
}

/** Describes an agent; OVN knows no way to switch one off. @throws notFound, badRequest */
export async function updateAgent(ctx: Ctx, deps: Deps, id: string, body: unknown): Promise<Agent> {
  const agent = getAgent(ctx, deps, id)
  const { values } = readUpdate(ctx, agentResource, body)
  if (!ctx.can('update_agent')) throw resourceNotFound()
  if (values.admin_state_up === false) throw badRequestFor('agent', 'OVN agent status cannot be updated')
  const { description } = values
  if (description === undefined) return agent
  await deps.fabric.describeAgent(id, description)
  return { ...agent, description }
}

/** Forgets the host of an agent: one that lives is soon there again. @throws notFound */
export async function deleteAgent(ctx: Ctx, deps: Deps, id: string): Promise<void> {
  const { configurations } = getAgent(ctx, deps, id)
  if (!ctx.can('delete_agent')) throw resourceNotFound()
  await deps.fabric.forgetChassis(configurations.chassis_name)
}
