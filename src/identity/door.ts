// What other services may ask of identity, in identity's words; `cloud.ts` fits it to what each of them needs.
import type { KeyObject } from 'node:crypto'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import type { Catalog } from './catalog/operations.ts'
import { listEffectiveLimits } from './limits/store.ts'

/** Makes the door. */
export const createIdentityDoor = (
  catalogOf: (ctx: Ctx) => Promise<Catalog>,
  masterKey: KeyObject,
  ownRegion: string,
) => ({
  /**
   * The URL of a service in a region, as the catalog of the caller has it.
   * @param face public, internal or admin
   */
  findEndpoint: async (ctx: Ctx, type: string, region: string, face: string): Promise<string | undefined> => {
    const { userId, projectId } = ctx.caller
    const wanted = region.toLowerCase()
    const catalog: CatalogBody = JSON.parse((await catalogOf(ctx)).render({ userId, projectId }))
    return catalog
      .filter((service) => service.type === type)
      .flatMap(({ endpoints }) => endpoints)
      .find((endpoint) => endpoint.region?.toLowerCase() === wanted && endpoint.interface === face)?.url
  },
  /** What a project may use of a service's resources: its own limits, else the registered ones. */
  limitsOf: (ctx: Ctx, type: string, projectId: string): Promise<ReadonlyMap<string, number>> =>
    listEffectiveLimits(ctx, type, ownRegion, projectId),
  /** Encrypts what must be kept but not be readable, for one purpose. */
  seal: (text: string, purpose: string): string => seal(masterKey, text, purpose),
  /** @throws Error where it was not sealed here for that purpose */
  unseal: (sealed: string, purpose: string): string => unseal(masterKey, sealed, purpose),
})

export type IdentityDoor = ReturnType<typeof createIdentityDoor>

type CatalogBody = readonly {
  readonly type: string
  readonly endpoints: readonly { readonly url: string; readonly region: string | null; readonly interface: string }[]
}[]
