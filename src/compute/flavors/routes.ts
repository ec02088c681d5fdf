import type { KeptLists } from '#platform/http/kept-lists.ts'
import { reply } from '#platform/http/reply.ts'
import { afterWrite, route } from '#platform/http/route.ts'
import type { IdentityDoor } from '../doors.ts'
import { nextLink } from '../paging.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { extraSpecsOf, viewFlavor, viewFlavorBasic } from './view.ts'

const accepted = reply({ status: 202 })

/** Nova's flavors: https://docs.openstack.org/api-ref/compute/#flavors */
export const flavorRoutes = (identity: IdentityDoor, lists: KeptLists) =>
  flavorTable(identity, lists).map((row) => afterWrite(row, lists.changed))

const flavorTable = (identity: IdentityDoor, lists: KeptLists) => [
  route({
    method: 'GET',
    path: '/v2.1/flavors',
    status: 200,
    policy: null,
    query: schemas.listFlavors,
    lastCounts: true,
    handle: (ctx, { query, rawQuery }) =>
      lists.read(ctx, '/flavors', rawQuery, null, async () => {
        const { rows, more } = await operations.listFlavors(ctx, query)
        const links = nextLink(ctx, '/flavors', rawQuery, rows.at(-1)?.id, more)
        return { flavors: rows.map((row) => viewFlavorBasic(ctx, row)), ...(links ? { flavors_links: links } : {}) }
      }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/flavors/detail',
    status: 200,
    policy: null,
    query: schemas.listFlavors,
    lastCounts: true,
    handle: (ctx, { query, rawQuery }) =>
      lists.read(ctx, '/flavors/detail', rawQuery, null, async () => {
        const { rows, more } = await operations.listFlavors(ctx, query)
        const links = nextLink(ctx, '/flavors/detail', rawQuery, rows.at(-1)?.id, more)
        return { flavors: rows.map((row) => viewFlavor(ctx, row)), ...(links ? { flavors_links: links } : {}) }
      }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/flavors',
    status: 200,
    policy: 'os_compute_api:os-flavor-manage:create',
    body: schemas.createFlavor,
    handle: async (ctx, { body }) => ({ flavor: viewFlavor(ctx, await operations.createFlavor(ctx, body.flavor)) }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/flavors/:flavor_id',
    status: 200,
    policy: null,
    handle: async (ctx, { params }) => ({ flavor: viewFlavor(ctx, await operations.getFlavor(ctx, params.flavor_id)) }),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/flavors/:flavor_id',
    status: 200,
    since: 55,
    policy: 'os_compute_api:os-flavor-manage:update',
    body: schemas.updateFlavor,
    handle: async (ctx, { params, body }) => ({
      flavor: viewFlavor(ctx, await operations.updateFlavor(ctx, params.flavor_id, body.flavor.description)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/flavors/:flavor_id',
    status: 202,
    policy: 'os_compute_api:os-flavor-manage:delete',
    handle: async (ctx, { params }) => {
      await operations.deleteFlavor(ctx, params.flavor_id)
      return accepted
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/flavors/:flavor_id/os-flavor-access',
    status: 200,
    policy: 'os_compute_api:os-flavor-access',
    handle: async (ctx, { params }) => ({ flavor_access: await operations.listAccess(ctx, params.flavor_id) }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/flavors/:flavor_id/action',
    status: 200,
    // Each action has a rule of its own, which its operation asks.
    policy: null,
    body: schemas.flavorAction,
    handle: async (ctx, { params, body }) => ({
      flavor_access:
        'addTenantAccess' in body
          ? await operations.addAccess(ctx, identity, params.flavor_id, body.addTenantAccess.tenant)
          : await operations.removeAccess(ctx, identity, params.flavor_id, body.removeTenantAccess.tenant),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/flavors/:flavor_id/os-extra_specs',
    status: 200,
    policy: 'os_compute_api:os-flavor-extra-specs:index',
    target: 'own',
    handle: async (ctx, { params }) => ({
      extra_specs: extraSpecsOf(await operations.getFlavor(ctx, params.flavor_id)),
    }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/flavors/:flavor_id/os-extra_specs',
    status: 200,
    policy: 'os_compute_api:os-flavor-extra-specs:create',
    body: schemas.createExtraSpecs,
    handle: async (ctx, { params, body }) => ({
      extra_specs: await operations.createExtraSpecs(ctx, params.flavor_id, body.extra_specs),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/flavors/:flavor_id/os-extra_specs/:key',
    status: 200,
    policy: 'os_compute_api:os-flavor-extra-specs:show',
    target: 'own',
    handle: (ctx, { params }) => operations.getExtraSpec(ctx, params.flavor_id, params.key),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/flavors/:flavor_id/os-extra_specs/:key',
    status: 200,
    policy: 'os_compute_api:os-flavor-extra-specs:update',
    body: schemas.updateExtraSpec,
    handle: (ctx, { params, body }) => operations.updateExtraSpec(ctx, params.flavor_id, params.key, body),
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/flavors/:flavor_id/os-extra_specs/:key',
    status: 200,
    policy: 'os_compute_api:os-flavor-extra-specs:delete',
    handle: (ctx, { params }) => operations.deleteExtraSpec(ctx, params.flavor_id, params.key),
  }),
]
