import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, readCreate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { inRetriedTransaction } from '../../ports/operations/insert.ts'
import { enforceQuota } from '../../quotas/operations.ts'
import { newStandard } from '../../standard.ts'
import { routerResource } from '../schemas.ts'
import { insertRouter, type RouterRow, updateRouter } from '../store.ts'
import { setGateway } from './gateway.ts'
import { routerTarget } from './get.ts'

/**
 * Creates the routers of a request, all or none.
 * @throws notFound (network), conflict (quota, addresses), badRequest
 */
export async function createRouters(
  ctx: Ctx,
  deps: Deps,
  body: unknown,
): Promise<{ routers: RouterRow[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, routerResource, body)
  for (const item of items) {
    authorizeItem(ctx, 'create_router', routerResource, item, routerTarget({ project_id: item.projectId }))
  }
  const routers = await inRetriedTransaction(ctx, async (tx) => {
    const made: RouterRow[] = []
    for (const { values, projectId } of items) {
      await enforceQuota(tx, projectId, 'router', 1)
      const row: RouterRow = {
        id: newUuid(),
        project_id: projectId,
        name: values.name,
        description: values.description,
        ...newStandard(ctx.now, 1),
        tags: JSON.stringify(values.tags ?? []),
        admin_state_up: values.admin_state_up ? 1 : 0,
        status: 'ACTIVE',
        gateway_port_id: null,
        gateway_network_id: null,
        gateway_fixed_ips: '[]',
        enable_snat: 1,
        routes: '[]',
        availability_zone_hints: JSON.stringify(values.availability_zone_hints),
      }
      await insertRouter(tx, row)
      if (values.external_gateway_info !== null) {
        const columns = await setGateway(tx, deps, row, values.external_gateway_info)
        await updateRouter(tx, row.id, columns)
        Object.assign(row, columns, { revision_number: row.revision_number + 1 })
      }
      await fabricChanged(tx, deps, [{ kind: 'router', id: row.id }])
      made.push(row)
    }
    return made
  })
  return { routers, bulk }
}
