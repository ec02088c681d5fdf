import type { IncomingMessage } from 'node:http'
import { type Caller, nobody } from '../auth/caller.ts'
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
const credentials = new WeakMap<Caller, Credentials>()
export function credentialsOf(caller: Caller): Credentials {
  const known = credentials.get(caller)
  if (known) return known
  const made: Credentials = {
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
  }
  credentials.set(caller, made)
  return made
}

/**
 * The same context under the rules of another service: for a door whose work that service's own rules decide.
 * What is asked there counts as asked here.
 */
export function underRulesOf(ctx: Ctx, decisions: Decisions): Ctx {
  const own = (): Target => {
    const { projectId, userId, domainId } = ctx.caller
    return { project_id: projectId, tenant_id: projectId, user_id: userId, domain_id: domainId }
  }
  const can: Ctx['can'] = (rule, target) => decisions.enforcer.allows(rule, credentialsOf(ctx.caller), target ?? own())
  const copy: Ctx = Object.create(ctx, {
    can: { value: can, enumerable: true },
    authorize: {
      value: (rule: string, target?: Target) => {
        if (!can(rule, target)) throw decisions.forbidden(rule)
      },
      enumerable: true,
    },
  })
  return copy
}

/** The context of one request or one step of background work. Lives as long as that. */
export class RequestContext implements Ctx {
  readonly requestId: string
  readonly db: Db
  readonly now: number
  version = 0
  caller: Caller = nobody
  baseUrl = ''
  /** Whether a rule was asked; shared with the copies a transaction makes. */
  readonly decision = { asked: false }
  // Not #private: a transaction works on copies that inherit from this object (`withDb`), and those cannot reach private names.
  private readonly decisions: Decisions
  private readonly rootLog: Log
  private readonly request: IncomingMessage | undefined
  private ownLog: Log | undefined
  private ownSignal: AbortSignal | undefined

  constructor(parts: {
    requestId: string
    db: Db
    now: number
    log: Log
    decisions: Decisions
    request?: IncomingMessage
    signal?: AbortSignal
  }) {
    this.requestId = parts.requestId
    this.db = parts.db
    this.now = parts.now
    this.rootLog = parts.log
    this.decisions = parts.decisions
    this.request = parts.request
    this.ownSignal = parts.signal
  }

  /** Made on first use: most requests never log. */
  get log(): Log {
    this.ownLog ??= this.rootLog.child({ request_id: this.requestId })
    return this.ownLog
  }

  /** Made on first use: most requests are over before anybody could hang up. */
  get signal(): AbortSignal {
    if (this.ownSignal) return this.ownSignal
    const controller = new AbortController()
    this.request?.once('close', () => {
      if (!this.request?.complete) controller.abort(new Error('the client has gone'))
    })
    this.ownSignal = controller.signal
    return this.ownSignal
  }

  can(rule: string, target?: Target): boolean {
    this.decision.asked = true
    return this.decisions.enforcer.allows(rule, credentialsOf(this.caller), target ?? this.own())
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
