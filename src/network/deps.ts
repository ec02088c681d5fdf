import type { Platform } from '#platform/platform.ts'
import type { Fabric } from './drivers/driver.ts'
import type { AllocationHints } from './ip-allocations/operations.ts'

/** How this cloud's networks are made; from the configuration. */
export type Settings = {
  /** Physical network → bridge. */
  readonly bridgeMappings: { readonly [physicalNetwork: string]: string }
  /** DNS servers told to hosts of subnets that name none. */
  readonly dnsServers: readonly string[]
  /** MTU of the underlay. */
  readonly physicalMtu: number
}

/** What the operations of this service need beside the context. */
export type Deps = {
  readonly platform: Platform
  readonly fabric: Fabric
  readonly settings: Settings
  readonly hints: AllocationHints
  /** Has the fabric told of changes soon: those of the next few milliseconds go with them. */
  readonly wake: () => void
}
