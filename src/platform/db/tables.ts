/**
 * Every table of the cloud. Each `store.ts` adds its own by declaration merging, so that one typed handle serves all:
 *
 *     declare module '#platform/db/tables.ts' { interface Tables { identity_regions: RegionTable } }
 *
 * A store uses its own service's tables only; the architecture test holds it to that.
 */
export interface Tables {}
