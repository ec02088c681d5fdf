// The strict two-level model (keystone/limit/models/strict_two_level.py): a project's limit is never above its domain's.

import type { Settings } from '#platform/config.ts'
import { forbidden } from '#platform/errors.ts'

export type LimitModel = Settings['limit_model']

/** A limit as a body asks for it; one of project and domain. */
export type Wanted = {
  readonly projectId: string | null
  readonly domainId: string | null
  readonly serviceId: string
  readonly regionId: string | null
  readonly resourceName: string
  readonly resourceLimit: number
}

/** The limit of the project's domain that the same body sets for the same resource. */
export const limitOfParent = (wanted: Wanted, parentId: string, all: readonly Wanted[]): Wanted | undefined =>
  all.find(
    (other) =>
      other.domainId === parentId &&
      other.serviceId === wanted.serviceId &&
      other.regionId === wanted.regionId &&
      other.resourceName === wanted.resourceName,
  )

/** Whether a project's limit goes with its domain's: one that is not set, or 0, sets no bound. */
export const fitsParent = (limit: number, parent: number | null): boolean => !parent || limit <= parent

/** Whether a domain's limit goes with those of its projects. */
export const fitsChildren = (limit: number, children: readonly number[]): boolean =>
  children.every((child) => child === 0 || limit >= child)

/** What is said of a limit that breaks the tree. */
export const breaksModel = ({ projectId, domainId, resourceName, resourceLimit, serviceId, regionId }: Wanted) =>
  forbidden(
    `Invalid resource limit: The resource limit (${projectId === null ? 'domain_id' : 'project_id'}: ${projectId ?? domainId}, resource_name: ${resourceName}, resource_limit: ${resourceLimit}, service_id: ${serviceId}, region_id: ${regionId ?? 'None'}) doesn't satisfy current hierarchy model..`,
  )
