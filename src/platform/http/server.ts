// Every request of every API takes this path: id → version → token → policy → schema → handler → answer.
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { permits } from '../auth/access-rules.ts'
import { showsCertificate } from '../auth/client-certificate.ts'
import type { Authenticate, Caller } from '../auth/caller.ts'
import type { Clock } from '../clock.ts'
import type { Ctx } from '../context.ts'
import type { Db } from '../db/db.ts'
import { CloudError, internal, methodNotAllowed, notFound, tooLarge } from '../errors.ts'
import { newRequestId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Enforcer } from '../policy/enforcer.ts'
import { firstOf, otherType, refuseOtherTypes, takeBodies } from './bodies.ts'
import { type Microversions, negotiate, versionText } from './microversion.ts'
import { Reply } from './reply.ts'
import { type Decisions, RequestContext } from './request-context.ts'
import type { Route } from './route.ts'
import { sendStream } from './send-stream.ts'
import { sendText } from './send-text.ts'
import type { TrustedProxy } from './trusted-proxy.ts'
import type { Api } from './service.ts'
import { middlewareUnauthorized, renderKeystone } from './wire.ts'

/** What an API needs of the program around it. */
export type ApiDeps = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly enforcer: Enforcer
  readonly authenticate: Authenticate
  /** Catalog URL of identity, for WWW-Authenticate. */
  readonly identityUrl: string
  readonly bodyLimit: number
  /** Who hands on certificates of clients, where tokens that were given for one need it; null: they are good without. */
  readonly certificatesFrom: TrustedProxy | null
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const allMethods = [...methods, 'HEAD', 'OPTIONS'] as const

/** Builds the HTTP server of one API; the caller listens and closes. */
export function createApi(api: Api, deps: ApiDeps): FastifyInstance {
  const rewriteUrl = api.rewriteUrl ?? ((url: string) => url)
  const app = fastify({
    logger: false,
    bodyLimit: deps.bodyLimit,
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    rewriteUrl: (request: IncomingMessage) => rewriteUrl(request.url ?? '/'),
    exposeHeadRoutes: !api.strictMethods,
    routerOptions: { ignoreTrailingSlash: !api.strictPaths, maxParamLength: 512 },
    // A path that cannot be decoded.
    frameworkErrors: (_error, request, reply) => void notThere(request, reply),
  })
  takeBodies(app, api)
  app.get('/healthcheck', { exposeHeadRoute: true }, (_request, reply) => reply.type('text/plain').send('OK'))
  const handle = handlerOf(api, deps)
  for (const row of api.routes) {
    const count = deps.metrics.requests(api.type, row.method, row.path)
    app.route({
      method: row.method,
      url: row.path,
      ...(row.bodyLimit === undefined ? {} : { bodyLimit: row.bodyLimit }),
      handler: (request, reply) => handle(row, count, request, reply),
    })
  }
  const finish = (error: CloudError, request: FastifyRequest, reply: FastifyReply) => {
    const version = quietVersion(api.microversions, request)
    return sendError(api, error, request, reply, newRequestId(), version)
  }
  const words = api.wire.notAllowed ?? 'The method is not allowed for the requested URL.'
  for (const [path, taken] of methodsByPath(api.routes)) {
    const allow = allowedBy(api, taken)
    if (api.flask) app.options(path, (_request, reply) => reply.headers({ allow }).send(''))
    const missing = (api.strictMethods ? allMethods : methods).filter((method) => !taken.has(method))
    if (missing.length === 0) continue
    app.route({
      method: missing,
      url: path,
      // Before the body is read: it need not be JSON.
      onRequest: async (request, reply) => finish(methodNotAllowed(words, { headers: { allow } }), request, reply),
      handler: () => undefined,
    })
  }
  const notThere = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?')[0] ?? ''
    return finish(nothingAt(api, request, path), request, reply)
  }
  app.setNotFoundHandler(notThere)
  app.setErrorHandler((error, request, reply) => {
    const refused = error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
    const known = refused ? otherType(api, request.headers['content-type'] ?? '') : toCloudError(error, deps.log)
    return finish(known, request, reply)
  })
  return app
}

const baseUrlOf = ({ headers }: FastifyRequest): string => `http://${headers.host ?? 'localhost'}`

const nothingAt = (api: Api, request: FastifyRequest, path: string): CloudError =>
  api.wire.noRoute?.({ method: request.method, path, baseUrl: baseUrlOf(request) }) ??
  notFound('The resource could not be found.')

const allowedBy = (api: Api, taken: ReadonlySet<string>): string => {
  const implied = api.flask ? [...(taken.has('GET') ? ['HEAD'] : []), 'OPTIONS'] : []
  return [...new Set([...taken, ...implied])].join(', ')
}

function methodsByPath(routes: readonly Route[]): Map<string, Set<string>> {
  const map = new Map<string, Set<string>>()
  for (const { path, method } of routes) {
    const taken = map.get(path) ?? new Set<string>()
    map.set(path, taken.add(method))
  }
  return map
}

function handlerOf(api: Api, deps: ApiDeps) {
  const decisions: Decisions = { enforcer: deps.enforcer, forbidden: api.wire.forbidden }
  return async (
    row: Route,
    count: ReturnType<Metrics['requests']>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const started = performance.now()
    const requestId = newRequestId()
    const { headers } = request
    const ctx = new RequestContext(
      { requestId, clock: deps.clock, log: deps.log, request: request.raw },
      deps.db,
      decisions,
    )
    ctx.baseUrl = baseUrlOf(request)
    try {
      if (api.microversions) ctx.version = negotiate(api.microversions, headers)
      if (ctx.version < (row.since ?? 0) || ctx.version > (row.until ?? Number.MAX_SAFE_INTEGER)) {
        throw nothingAt(api, request, row.path)
      }
      const isShown = (caller: Caller) => showsCertificate(caller, request.raw, deps.certificatesFrom, ctx.now)
      const caller = callerOf(deps.authenticate, isShown, headers['x-auth-token'], headers['x-service-token'])
      const known = caller instanceof Promise ? await caller : caller
      if (known && isPermitted(known, api.type, request) && isShown(known)) ctx.caller = known
      else if (!row.open) throw api.wire.unauthorized?.(ctx.baseUrl) ?? middlewareUnauthorized(deps.identityUrl)

      const hasBody = ctx.version <= (row.bodyUntil ?? Number.MAX_SAFE_INTEGER)
      const needsBody = hasBody && row.body !== undefined && !row.bodyOptional
      const raw = {
        params: request.params,
        query: api.flask ? firstOf(request.query) : request.query,
        body: api.flask && needsBody ? (request.body ?? {}) : hasBody ? request.body : undefined,
        headers,
        rawQuery: request.url.slice(request.url.indexOf('?') + 1 || request.url.length),
        stream: request.raw,
      }
      if (needsBody && request.body === undefined) refuseOtherTypes(api, headers)
      const { policy } = row
      const { target } = row
      const decidedHere =
        policy !== null && target !== 'read' && (target === 'own' || !deps.enforcer.needsTarget(policy))
      if (decidedHere && !api.validatesFirst) ctx.authorize(policy)
      const call = row.prepare(raw, ctx.version, api.wire.invalid)
      if (decidedHere && api.validatesFirst) ctx.authorize(policy)
      const result = call(ctx)
      const answer = result instanceof Promise ? await result : result
      if (policy !== null && !ctx.asked) throw internal(`nobody asked the policy ${policy}`)
      return send(api, row, answer, reply, ctx)
    } catch (error) {
      return sendError(api, toCloudError(error, ctx.log), request, reply, requestId, ctx.version)
    } finally {
      count(reply.statusCode, performance.now() - started)
    }
  }
}

/** Whether the token is good for this request at all: an application credential may be for a few kinds of request only. */
function isPermitted({ token, serviceRoles }: Caller, service: string, { method, url }: FastifyRequest): boolean {
  const rules = token?.delegation?.accessRules
  // A service that finishes somebody's work does what the user may not ask for directly.
  return !rules || serviceRoles.includes('service') || permits(rules, service, method, url.split('?')[0] ?? '')
}

/** The caller of the token, with the roles of a service token added; null where there is no valid token. */
function callerOf(
  authenticate: Authenticate,
  isShown: (caller: Caller) => boolean,
  token: string | string[] | undefined,
  serviceToken: string | string[] | undefined,
): Caller | null | Promise<Caller | null> {
  if (typeof token !== 'string' || token === '') return null
  if (typeof serviceToken !== 'string') return authenticate(token)
  return Promise.all([authenticate(token), authenticate(serviceToken)]).then(([caller, service]) =>
    caller && service && isShown(service) ? { ...caller, serviceRoles: service.roles } : caller,
  )
}

function baseHeaders(api: Api, requestId: string, version: number): Readonly<Record<string, string>> {
  return api.wire.headers
    ? { 'x-openstack-request-id': requestId, ...api.wire.headers({ requestId, version }) }
    : { 'x-openstack-request-id': requestId }
}

/** `OpenStack-API-Version: compute 2.79`, its Vary, and the older header where the service has one. */
export function versionHeaders(versions: Microversions, minor: number): Record<string, string> {
  const version = versionText(versions, minor)
  const { legacyHeader } = versions
  return {
    'openstack-api-version': `${versions.name} ${version}`,
    vary: legacyHeader ? `OpenStack-API-Version, ${legacyHeader}` : 'OpenStack-API-Version',
    ...(legacyHeader ? { [legacyHeader.toLowerCase()]: version } : {}),
  }
}

function send(api: Api, row: Route, answer: unknown, reply: FastifyReply, ctx: Ctx): FastifyReply {
  const headers = baseHeaders(api, ctx.requestId, ctx.version)
  if (!(answer instanceof Reply)) {
    return answer === undefined
      ? sendText(reply, row.status, headers, '')
      : sendText(reply, row.status, { ...headers, ...jsonType }, JSON.stringify(answer))
  }
  const { body, status = row.status } = answer
  if (typeof body === 'string') return sendText(reply, status, { ...headers, ...answer.headers }, body)
  if (body instanceof Readable)
    return sendStream(reply.code(status), status, { ...headers, ...answer.headers }, body, ctx.log)
  if (body === undefined || Buffer.isBuffer(body)) {
    return reply
      .code(status)
      .headers({ ...headers, ...answer.headers })
      .send(body)
  }
  return sendText(reply, status, { ...headers, ...jsonType, ...answer.headers }, JSON.stringify(body))
}

const jsonType = { 'content-type': 'application/json' }

function sendError(
  api: Api,
  error: CloudError,
  request: FastifyRequest,
  reply: FastifyReply,
  requestId: string,
  version: number,
): FastifyReply {
  const context = {
    requestId,
    method: request.method,
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'] ?? '',
    version,
    baseUrl: baseUrlOf(request),
  }
  // Without a token a service never got to speak: the middleware in front of it answered, in Keystone's shape.
  const { contentType, body } =
    error.status === 401 && !api.wire.unauthorized ? renderKeystone(error) : api.wire.render(error, context)
  const headers = { ...baseHeaders(api, requestId, version), ...error.headers }
  return body === ''
    ? reply.code(error.status).headers(headers).send()
    : sendText(reply, error.status, { ...headers, 'content-type': contentType }, body)
}

function toCloudError(error: unknown, log: Log): CloudError {
  if (error instanceof CloudError) {
    if (error.status >= 500) log.error({ err: error }, error.message)
    return error
  }
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge('Request is too large.')
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return new CloudError('badRequest', 'Request body size did not match Content-Length')
  log.error({ err: error }, 'unexpected failure')
  return internal('An unexpected error prevented the server from fulfilling your request.', { cause: error })
}

function quietVersion(versions: Microversions | undefined, request: FastifyRequest): number {
  try {
    return versions ? negotiate(versions, request.headers) : 0
  } catch {
    return 0
  }
}
