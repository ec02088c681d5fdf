import type { Ctx } from '#platform/context.ts'
import { renderedJson } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { viewDomain } from '../domains/view.ts'
import { linkTo, listBody } from '../lists.ts'
import { viewProject } from '../projects/view.ts'
import type { TokenRegistry } from '../tokens/operations/registry.ts'
import { federationOf } from '../tokens/rules.ts'
import * as operations from './operations.ts'

/** Groups that the caller's token puts it in, by a provider's word. */
async function groupsOf(ctx: Ctx, tokens: TokenRegistry): Promise<readonly string[]> {
  const { token } = ctx.caller
  // Only a federated login has passed this method.
  if (!token?.methods.includes('mapped')) return []
  return federationOf((await tokens.entryOf(ctx, token.id)).payload.scope)?.groupIds ?? []
}

/** What a user may log in to: https://docs.openstack.org/api-ref/identity/v3/#get-service-catalog and the three below it. */
export const scopeRoutes = (tokens: TokenRegistry) => [
  route({
    method: 'GET',
    path: '/v3/auth/catalog',
    status: 200,
    policy: 'identity:get_auth_catalog',
    handle: async (ctx) => {
      const values = { userId: ctx.caller.userId, projectId: operations.catalogProject(ctx) }
      const catalog = (await tokens.catalog(ctx)).render(values)
      return renderedJson(`{"catalog":${catalog},"links":{"self":"${linkTo(ctx, 'auth/catalog')}"}}`)
    },
  }),
  ...(['/v3/auth/projects', '/v3/OS-FEDERATION/projects'] as const).map((path) =>
    route({
      method: 'GET',
      path,
      status: 200,
      policy: 'identity:get_auth_projects',
      handle: async (ctx, { rawQuery }) => {
        const projects = await operations.listProjectsOfUser(ctx, ctx.caller.userId, await groupsOf(ctx, tokens))
        return listBody(
          ctx,
          path,
          rawQuery,
          'projects',
          projects.map((row) => viewProject(ctx, row)),
        )
      },
    }),
  ),
  ...(['/v3/auth/domains', '/v3/OS-FEDERATION/domains'] as const).map((path) =>
    route({
      method: 'GET',
      path,
      status: 200,
      policy: 'identity:get_auth_domains',
      handle: async (ctx, { rawQuery }) => {
        const domains = await operations.listDomainsOfUser(ctx, ctx.caller.userId, await groupsOf(ctx, tokens))
        return listBody(
          ctx,
          path,
          rawQuery,
          'domains',
          domains.map((row) => viewDomain(ctx, row)),
        )
      },
    }),
  ),
  route({
    method: 'GET',
    path: '/v3/auth/system',
    status: 200,
    policy: 'identity:get_auth_system',
    handle: async (ctx) => ({
      system: (await operations.hasSystemRole(ctx, ctx.caller.userId, await groupsOf(ctx, tokens)))
        ? [{ all: true }]
        : [],
      links: { self: linkTo(ctx, 'auth/system') },
    }),
  }),
]
