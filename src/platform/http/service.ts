// What a service hands to the platform: its API, its rules, its schema and its background work.
import type { Ctx } from '../context.ts'
import type { Migrations } from '../db/migrate.ts'
import type { CloudError } from '../errors.ts'
import type { CheckExtensions } from '../policy/compile.ts'
import type { RuleDefault } from '../policy/enforcer.ts'
import type { Reconciler } from '../work/reconciler.ts'
import type { Saga } from '../work/saga.ts'
import type { Microversions } from './microversion.ts'
import type { Issue, Route } from './route.ts'

/** What a renderer may look at. */
export type ErrorContext = {
  readonly requestId: string
  readonly method: string
  readonly accept: string
  /** Content type of the request, empty where it named none. */
  readonly contentType: string
  readonly version: number
  readonly baseUrl: string
}

/** What was asked for where there is nothing. */
export type Asked = { readonly method: string; readonly path: string; readonly baseUrl: string }

/** How a service words and writes failures. */
export type Wire = {
  readonly render: (error: CloudError, context: ErrorContext) => { readonly contentType: string; readonly body: string }
  /** The policy said no. */
  readonly forbidden: (rule: string) => CloudError
  /** Body or query breaks the route's schema. */
  readonly invalid: (issue: Issue) => CloudError
  /** The body is not JSON, because of this. */
  readonly malformed: (reason: string, text: string) => CloudError
  /** The body is something else than JSON; absent: 415. */
  readonly otherType?: (contentType: string) => CloudError
  /** No content type where a body is wanted; absent: the body's schema answers. */
  readonly noType?: (hasBody: boolean) => CloudError
  /** No token, or one that is not valid. Absent: the middleware's answer that most services share. */
  readonly unauthorized?: (baseUrl: string) => CloudError
  /** The path is there, for other methods; absent: Flask's words. */
  readonly notAllowed?: string
  /** No such route. */
  readonly noRoute?: (asked: Asked) => CloudError
  /** Headers of every answer. */
  readonly headers?: (context: {
    readonly requestId: string
    readonly version: number
  }) => Readonly<Record<string, string>>
}

/** One HTTP API of the cloud. */
export type Api = {
  /** Official service type: `identity`, `compute`, … */
  readonly type: string
  /** Usual name in the catalog: `keystone`, `nova`, … */
  readonly name: string
  readonly port: number
  /** Path behind host and port of its catalog endpoint, `%(project_id)s` allowed: `/v2.1`. */
  readonly catalogPath: string
  readonly wire: Wire
  readonly microversions?: Microversions
  /**
   * Flask's manners, which Keystone has: bodies are JSON objects though nothing says so, and none at all is an empty one; of a parameter
   * that is repeated the first counts; OPTIONS tells what a path allows.
   */
  readonly flask?: true
  /** Glance's manners: HEAD and OPTIONS are methods like others, which a path takes or refuses. */
  readonly strictMethods?: true
  /** Nova, Cinder and Glance check the body before they ask the policy; the others the other way round. */
  readonly validatesFirst?: true
  /** A path with a slash behind it is another path. */
  readonly strictPaths?: true
  /** Makes older spellings of a path the present one. */
  readonly rewriteUrl?: (url: string) => string
  readonly routes: readonly Route[]
}

/** A whole service: API, rules, schema, background work. */
export type Service = {
  readonly api: Api
  readonly rules: readonly RuleDefault[]
  /** Kinds of check of its own, as Neutron's `field:`. */
  readonly checkExtensions?: CheckExtensions
  readonly migrations: Migrations
  readonly sagas: readonly Saga[]
  readonly reconcilers: readonly Reconciler[]
  /** Runs once at start, after the migrations and before the ports open: bootstrap, caches. */
  readonly start?: (ctx: Ctx) => Promise<void>
  readonly stop?: () => Promise<void>
}
