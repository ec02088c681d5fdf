import type { Bus } from './bus/bus.ts'
import type { Cache } from './cache/cache.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Decisions } from './http/request-context.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Work } from './work/work.ts'

/** What every service's factory gets. The database comes with each `ctx`. */
export type Platform = {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly bus: Bus
  readonly cache: Cache
  readonly work: Work
  readonly metrics: Metrics
  /** A service's rules, once it has started: for a door that they decide (`ctx.underRules`). */
  readonly decisionsOf: (type: string) => Decisions
}
