import type { IncomingMessage } from 'node:http'
import { type Caller, nobody } from '../auth/caller.ts'
import type { Clock } from '../clock.ts'
import type { Ctx } from '../context.ts'
import type { Db } from '../db/db.ts'
import type { CloudError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Credentials } from '../policy/compile.ts'
import type { Enforcer } from '../policy/enforcer.ts'
import type { Target } from '../policy/template.ts'

/** What decides for a service: its rules and its words for "no". */
export type Decisions = { readonly enforcer: Enforcer; readonly forbidden: (rule: string) => CloudError }

/** The caller as oslo.policy's checks name its parts. */
export const credentialsOf = (caller: Caller): Credentials => ({
  roles: caller.roles,
  user_id: caller.userId,
  user_domain_id: caller.userDomainId,
  project_id: caller.projectId,
  tenant_id: caller.projectId,
  project_domain_id: caller.projectDomainId,
  domain_id: caller.domainId,
  system_scope: caller.systemScope,
  service_roles: caller.serviceRoles,
  is_admin: caller.roles.includes('admin'),
  // Keystone's rules look into the token itself.
  token: {
    domain: { id: caller.domainId },
    project: { id: caller.projectId, domain: { id: caller.projectDomainId } },
  },
})

/** What all copies of a context have in common. */
type Shared = {
  readonly requestId: string
  readonly clock: Clock
  readonly log: Log
  readonly request?: IncomingMessage
  signal?: AbortSignal
  /** The log with the request's id, once somebody has logged. */
  ownLog?: Log
  /** Whether a rule was asked. */
  asked?: boolean
  /** What the last caller that a rule was asked for is to rules: lists ask for each row. */
  known?: { readonly caller: Caller; readonly credentials: Credentials }
}

/** The context of one request or one step of background work. Lives as long as that. */
export class RequestContext implements Ctx {
  readonly requestId: string
  readonly db: Db
  readonly now: number
  version = 0
  caller: Caller = nobody
  baseUrl = ''
  private readonly decisions: Decisions
  private readonly shared: Shared

  constructor(shared: Shared, db: Db, decisions: Decisions, now = shared.clock.now()) {
    this.requestId = shared.requestId
    this.now = now
    this.db = db
    this.decisions = decisions
    this.shared = shared
  }

  later(): RequestContext {
    return this.copy(this.db, this.decisions, this.shared.clock.now())
  }

  withDb(db: Db): RequestContext {
    return this.copy(db, this.decisions, this.now)
  }

  underRules(decisions: Decisions): RequestContext {
    return this.copy(this.db, decisions, this.now)
  }

  // A copy rather than an object that inherits: those would each have a shape of their own, and be slow to read.
  private copy(db: Db, decisions: Decisions, now: number): RequestContext {
    const copy = new RequestContext(this.shared, db, decisions, now)
    copy.version = this.version
    copy.caller = this.caller
    copy.baseUrl = this.baseUrl
    return copy
  }

  /** Whether a rule was asked, of this context or a copy. */
  get asked(): boolean {
    return this.shared.asked ?? false
  }

  /** Made on first use: most requests never log. */
  get log(): Log {
    this.shared.ownLog ??= this.shared.log.child({ request_id: this.requestId })
    return this.shared.ownLog
  }

  /** Made on first use: most requests are over before anybody could hang up. */
  get signal(): AbortSignal {
    if (this.shared.signal) return this.shared.signal
    const { request } = this.shared
    const controller = new AbortController()
    request?.once('close', () => {
      if (!request.complete) controller.abort(new Error('the client has gone'))
    })
    this.shared.signal = controller.signal
    return controller.signal
  }

  can(rule: string, target?: Target): boolean {
    this.shared.asked = true
    return this.decisions.enforcer.allows(rule, this.credentials(), target ?? this.own())
  }

  private credentials(): Credentials {
    const { caller, shared } = this
    if (shared.known?.caller === caller) return shared.known.credentials
    const credentials = credentialsOf(caller)
    shared.known = { caller, credentials }
    return credentials
  }

  authorize(rule: string, target?: Target): void {
    if (!this.can(rule, target)) throw this.decisions.forbidden(rule)
  }

  /** What the caller owns: the target of rules about its own project. */
  private own(): Target {
    const { projectId, userId, domainId } = this.caller
    return { project_id: projectId, tenant_id: projectId, user_id: userId, domain_id: domainId }
  }
}
