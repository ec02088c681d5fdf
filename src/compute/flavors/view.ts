import type { Ctx } from '#platform/context.ts'
import { selfLinks } from '../paging.ts'
import type { FlavorRow } from './store.ts'

/** The extra specs of a row. */
export const extraSpecsOf = (row: { readonly extra_specs: string }): Readonly<Record<string, string>> => {
  const specs: Record<string, string> = JSON.parse(row.extra_specs)
  return specs
}

/** A flavor as GET /flavors/{id} shows it at the request's version. */
export function viewFlavor(ctx: Ctx, row: FlavorRow) {
  const { version } = ctx
  return {
    id: row.id,
    name: row.name,
    ram: row.memory_mb,
    disk: row.root_gb,
    swap: row.swap_mb === 0 && version < 75 ? '' : row.swap_mb,
    'OS-FLV-EXT-DATA:ephemeral': row.ephemeral_gb,
    ...(version < 102 ? { 'OS-FLV-DISABLED:disabled': row.disabled === 1 } : {}),
    vcpus: row.vcpus,
    'os-flavor-access:is_public': row.is_public === 1,
    ...(version < 102 ? { rxtx_factor: row.rxtx_factor } : {}),
    links: selfLinks(ctx, `/flavors/${row.id}`),
    ...(version >= 55 ? { description: row.description } : {}),
    ...(version >= 61 && ctx.can('os_compute_api:os-flavor-extra-specs:index')
      ? { extra_specs: extraSpecsOf(row) }
      : {}),
  }
}

/** A flavor of GET /flavors. */
export const viewFlavorBasic = (ctx: Ctx, row: FlavorRow) => ({
  id: row.id,
  name: row.name,
  links: selfLinks(ctx, `/flavors/${row.id}`),
  ...(ctx.version >= 55 ? { description: row.description } : {}),
})
