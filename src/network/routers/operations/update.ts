import type { Ctx } from '#platform/context.ts'
import { type Route, routes as readRoutes } from '../../attributes/addresses.ts'
import { authorizeItem, readUpdate } from '../../attributes/body.ts'
import { isDict } from '../../attributes/readers.ts'
import type { Deps } from '../../deps.ts'
import { httpBadRequest, policyNotAuthorized, revisionMismatch } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { inRetriedTransaction } from '../../ports/operations/insert.ts'
import { checkRoutes } from '../rules.ts'
import { routerResource, type UpdateRouter } from '../schemas.ts'
import { type RouterRow, updateRouter as updateRow } from '../store.ts'
import { setGateway } from './gateway.ts'
import { getRouter, routerTarget, surroundings } from './get.ts'

async function applyChanges(ctx: Ctx, deps: Deps, row: RouterRow, values: UpdateRouter): Promise<RouterRow> {
  const { external_gateway_info: gateway, routes } = values
  const columns = gateway === undefined ? {} : await setGateway(ctx, deps, row, gateway)
  await updateRow(ctx, row.id, {
    name: values.name ?? row.name,
    description: values.description ?? row.description,
    admin_state_up: values.admin_state_up === undefined ? row.admin_state_up : values.admin_state_up ? 1 : 0,
    ...columns,
    ...(routes === undefined ? {} : { routes: JSON.stringify(routes) }),
  })
  const kept: Route[] = routes ?? JSON.parse(row.routes)
  if (routes !== undefined || (gateway !== undefined && kept.length > 0)) {
    checkRoutes(row.id, kept, await surroundings(ctx, row.id))
  }
  await fabricChanged(ctx, deps, [{ kind: 'router', id: row.id }])
  return getRouter(ctx, row.id)
}

/**
 * Changes a router.
 * @throws notFound, forbidden, conflict, badRequest, preconditionFailed
 */
export function updateRouter(
  ctx: Ctx,
  deps: Deps,
  id: string,
  body: unknown,
  revision: number | null,
): Promise<RouterRow> {
  const update = readUpdate(ctx, routerResource, body)
  return inRetriedTransaction(ctx, async (tx) => {
    const row = await getRouter(tx, id)
    authorizeItem(ctx, 'update_router', routerResource, update, routerTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    return applyChanges(tx, deps, row, update.values)
  })
}

const sameRoute = (a: Route, b: Route): boolean => a.destination === b.destination && a.nexthop === b.nexthop

/** Adds routes to those there are, or takes some of them away, in one step. */
export function changeExtraRoutes(
  ctx: Ctx,
  deps: Deps,
  id: string,
  body: unknown,
  action: 'add_extraroutes' | 'remove_extraroutes',
): Promise<RouterRow> {
  const router = isDict(body) ? body.router : undefined
  if (!isDict(router) || router.routes === undefined) throw httpBadRequest("Unable to find 'routes' in request body")
  const given = readRoutes(router.routes, 'routes')
  return inRetriedTransaction(ctx, async (tx) => {
    const row = await getRouter(tx, id)
    if (!ctx.can(action, routerTarget(row))) throw policyNotAuthorized(`rule:${action}`)
    const old: Route[] = JSON.parse(row.routes)
    const kept = old.filter((route) => !given.some((each) => sameRoute(each, route)))
    return applyChanges(tx, deps, row, { routes: action === 'add_extraroutes' ? [...kept, ...given] : kept })
  })
}
