import type { Caller } from './auth/caller.ts'
import type { Db } from './db/db.ts'
import type { Decisions } from './http/request-context.ts'
import type { Log } from './log.ts'
import type { Target } from './policy/template.ts'

/**
 * What every operation, query and saga step gets first: who asks, from where, and with which database handle.
 * A request builds one; a saga step gets one rebuilt from the caller that was saved with the saga.
 */
export type Ctx = {
  readonly requestId: string
  readonly caller: Caller
  readonly db: Db
  readonly log: Log
  /** Aborted when the client has gone or the program stops. */
  readonly signal: AbortSignal
  /** Minor number of the negotiated microversion (2.79 is 79); 0 for an API without microversions. */
  readonly version: number
  /** Milliseconds since the epoch when the request or step began. */
  readonly now: number
  /** `http://host:port` as the caller wrote it: what links begin with. */
  readonly baseUrl: string
  /** Whether the caller may do what the rule names to the target. Counts as having asked. */
  readonly can: (rule: string, target?: Target) => boolean
  /** Throws the service's own "forbidden" where `can` would say no. */
  readonly authorize: (rule: string, target?: Target) => void
  /** The same context at this moment: for what is written when work that takes its time is over. */
  readonly later: () => Ctx
  /** The same context on another database handle. */
  readonly withDb: (db: Db) => Ctx
  /**
   * The same context under the rules of another service: for a door whose work that service's own rules decide.
   * What is asked there counts as asked here.
   */
  readonly underRules: (decisions: Decisions) => Ctx
}
