import type { Ctx } from '#platform/context.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { neutronError } from '../errors.ts'
import { pickFields } from '../listing/listing.ts'
import { fieldsAsked } from '../visibility.ts'
import { type Agent, viewAgents } from './view.ts'

const RESERVED = new Set(['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse'])

/** Agents are not stored: they are what the fabric's hosts say of themselves. Who may not see them sees none. */
const agentsOf = (ctx: Ctx, { fabric }: Deps): Agent[] =>
  ctx.can('get_agent') ? fabric.chassis().flatMap(viewAgents) : []

function filtered(agents: readonly Agent[], rawQuery: string): Agent[] {
  const params = [...new URLSearchParams(rawQuery)].filter(([key]) => !RESERVED.has(key))
  return agents.filter((agent) =>
    params.every(([key, value]) => String(agent[key]).toLowerCase() === value.toLowerCase()),
  )
}

function findAgent(ctx: Ctx, deps: Deps, id: string): Agent {
  const found = agentsOf(ctx, deps).find((agent) => agent.id === id)
  if (found === undefined) throw neutronError('notFound', 'AgentNotFound', `Agent ${id} could not be found.`)
  return found
}

/** https://docs.openstack.org/api-ref/network/v2/#agents */
export const agentRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path: '/v2.0/agents',
    status: 200,
    policy: null,
    handle: (ctx, { rawQuery }) => ({
      agents: filtered(agentsOf(ctx, deps), rawQuery).map((agent) => pickFields(fieldsAsked(rawQuery), agent)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.0/agents/:id',
    status: 200,
    policy: null,
    handle: (ctx, { params }) => ({ agent: findAgent(ctx, deps, params.id) }),
  }),
]
