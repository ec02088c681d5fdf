import type { Cloud } from '../cloud.ts'
import type { OpenStack } from '../openstack.ts'
import type { createChecks } from '../tally.ts'

/** What each part of the walk works with. */
export type Walk = {
  readonly kind: 'simulated' | 'real'
  readonly cloud: Cloud
  readonly openstack: OpenStack
  readonly check: ReturnType<typeof createChecks>['check']
}
