import { renderedJson } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { viewDomain } from '../domains/view.ts'
import { linkTo, listBody } from '../lists.ts'
import { viewProject } from '../projects/view.ts'
import type { TokenRegistry } from '../tokens/operations/registry.ts'
import * as operations from './operations.ts'

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
  route({
    method: 'GET',
    path: '/v3/auth/projects',
    status: 200,
    policy: 'identity:get_auth_projects',
    handle: async (ctx, { rawQuery }) => {
      const projects = await operations.listProjectsOfUser(ctx, ctx.caller.userId)
      return listBody(
        ctx,
        '/v3/auth/projects',
        rawQuery,
        'projects',
        projects.map((row) => viewProject(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: '/v3/auth/domains',
    status: 200,
    policy: 'identity:get_auth_domains',
    handle: async (ctx, { rawQuery }) => {
      const domains = await operations.listDomainsOfUser(ctx, ctx.caller.userId)
      return listBody(
        ctx,
        '/v3/auth/domains',
        rawQuery,
        'domains',
        domains.map((row) => viewDomain(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: '/v3/auth/system',
    status: 200,
    policy: 'identity:get_auth_system',
    handle: async (ctx) => ({
      system: (await operations.hasSystemRole(ctx, ctx.caller.userId)) ? [{ all: true }] : [],
      links: { self: linkTo(ctx, 'auth/system') },
    }),
  }),
]
