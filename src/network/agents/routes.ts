import { anyBody } from '../any-body.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { pickFields } from '../listing/listing.ts'
import { fieldsAsked } from '../visibility.ts'
import { deleteAgent, getAgent, listAgents, updateAgent } from './operations.ts'
import type { Agent } from './view.ts'

const RESERVED = new Set(['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse'])

function filtered(agents: readonly Agent[], rawQuery: string): Agent[] {
  const params = [...new URLSearchParams(rawQuery)].filter(([key]) => !RESERVED.has(key))
  return agents.filter((agent) =>
    params.every(([key, value]) => String(agent[key]).toLowerCase() === value.toLowerCase()),
  )
}

/** https://docs.openstack.org/api-ref/network/v2/#agents */
export const agentRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path: '/v2.0/agents',
    status: 200,
    policy: null,
    handle: (ctx, { rawQuery }) => ({
      agents: filtered(listAgents(ctx, deps), rawQuery).map((agent) => pickFields(fieldsAsked(rawQuery), agent)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.0/agents/:id',
    status: 200,
    policy: null,
    handle: (ctx, { params }) => ({ agent: getAgent(ctx, deps, params.id) }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/agents/:id',
    status: 200,
    policy: null,
    ...anyBody,
    handle: async (ctx, { params, body }) => ({ agent: await updateAgent(ctx, deps, params.id, body) }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/agents/:id',
    status: 204,
    policy: null,
    handle: (ctx, { params }) => deleteAgent(ctx, deps, params.id),
  }),
]
