// Puts services on a platform: migrates, starts their work, opens their ports; and ends it all in the opposite order.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { type Authenticate, type Caller, cloudItself } from './auth/caller.ts'
import type { Bus } from './bus/bus.ts'
import { type Cache, openCache } from './cache/cache.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Ctx } from './context.ts'
import { migrate } from './db/migrate.ts'
import type { OpenDb } from './db/open.ts'
import { forbidden } from './errors.ts'
import { type Decisions, RequestContext } from './http/request-context.ts'
import { createApi } from './http/server.ts'
import type { Service } from './http/service.ts'
import { newRequestId } from './ids.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import type { Platform } from './platform.ts'
import { createEnforcer, type Enforcer } from './policy/enforcer.ts'
import { readPolicyOverrides } from './policy/overrides.ts'
import { workMigrations } from './work/store.ts'
import { createWork, type Interference, type WorkEngine } from './work/work.ts'

/** The engines a runtime stands on, opened by whoever starts it. */
export type Engines = {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly db: OpenDb
  readonly bus: Bus
}

/** For tests alone. */
export type RuntimeOptions = { readonly interfere?: Interference; readonly retryDelaysMs?: readonly number[] }

/** A running set of services. */
export type Runtime = {
  readonly platform: Platform
  /** A context of the cloud itself, outside any request. */
  readonly context: () => Ctx
  /** Brings the schema up to date, lets every service prepare, resumes work, opens ports. */
  readonly start: (services: readonly Service[], authenticate: Authenticate) => Promise<void>
  /** `http://127.0.0.1:port` of a service. */
  readonly urlOf: (type: string) => string
  readonly enforcerOf: (type: string) => Enforcer
  readonly stop: () => Promise<void>
}

/** Prepares a runtime; nothing runs before `start`. */
export function createRuntime({ config, clock, log, db, bus }: Engines, options: RuntimeOptions = {}): Runtime {
  const metrics: Metrics = createMetrics()
  const cache: Cache = openCache(config.cache)
  // Background work was decided when it was asked for: here no rule is ever asked.
  const decisions = {
    enforcer: createEnforcer([], {}),
    forbidden: (rule: string) => forbidden(`background work asked the policy ${rule}`),
  }
  const never = new AbortController()
  const contextFor = (caller: string | null, requestId: string, signal: AbortSignal): Ctx => {
    const ctx = new RequestContext({ requestId, clock, log, signal }, db, decisions)
    ctx.caller = caller === null ? cloudItself : parseCaller(caller)
    return ctx
  }
  const work: WorkEngine = createWork({ clock, log, metrics, contextFor, ...options })
  const apps = new Map<string, FastifyInstance>()
  const decided = new Map<string, Decisions>()
  const decisionsOf = (type: string): Decisions => {
    const found = decided.get(type)
    if (!found) throw new Error(`no such service: ${type}`)
    return found
  }
  const platform: Platform = { config, clock, log, bus, cache, work, metrics, decisionsOf }
  let running: readonly Service[] = []

  return {
    platform,
    context: () => contextFor(null, newRequestId(), never.signal),
    start: async (services, authenticate) => {
      running = services
      await migrate(db, [workMigrations, ...services.map((service) => service.migrations)])
      for (const service of services) {
        const { api, sagas, reconcilers } = service
        const file = config.policy_files[api.type]
        const overrides = file === undefined ? {} : readPolicyOverrides(readFileSync(file, 'utf8'))
        const enforcer = createEnforcer(service.rules, overrides, service.checkExtensions)
        decided.set(api.type, { enforcer, forbidden: api.wire.forbidden })
        work.register(sagas, reconcilers)
        const identityUrl = `http://${config.address}:${config.ports['identity'] ?? 5000}`
        apps.set(
          api.type,
          createApi(api, {
            db,
            clock,
            log,
            metrics,
            enforcer,
            authenticate,
            identityUrl,
            bodyLimit: config.body_limit,
            certificatesFrom: config.oauth2.check_certificates ? config.federation.trusted_proxy : null,
          }),
        )
      }
      for (const service of services) await service.start?.(contextFor(null, newRequestId(), never.signal))
      for (const { api } of services) {
        await apps.get(api.type)?.listen({ host: config.listen, port: config.ports[api.type] ?? api.port })
      }
      await work.run()
    },
    urlOf: (type) => {
      const address = apps.get(type)?.server.address()
      if (!isAddress(address)) throw new Error(`no port of ${type} is open`)
      return `http://127.0.0.1:${address.port}`
    },
    enforcerOf: (type) => decisionsOf(type).enforcer,
    stop: async () => {
      await Promise.all([...apps.values()].map((app) => closeApp(app)))
      await work.stop()
      for (const service of running.toReversed()) await service.stop?.()
      await cache.close()
    },
  }
}

const isAddress = (address: AddressInfo | string | null | undefined): address is AddressInfo =>
  typeof address === 'object' && address !== null

/** Lets requests in flight finish, but not idle connections linger. */
async function closeApp(app: FastifyInstance): Promise<void> {
  app.server.closeIdleConnections()
  const forced = setTimeout(() => app.server.closeAllConnections(), 5000)
  await app.close()
  clearTimeout(forced)
}

function parseCaller(text: string): Caller {
  const saved: unknown = JSON.parse(text)
  const merged: Caller = Object.assign({ ...cloudItself }, saved, { token: null })
  return merged
}
