// A route is data: what it matches, whom it lets in, what it takes and answers. `server.ts` gives every row the same treatment.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Static, type TSchema, Type } from 'typebox'
import type { Ctx } from '../context.ts'
import { lastOf, Malformed } from './bodies.ts'
import { type Check, checker } from './validation.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'

/** The parameters that a path names: `/v3/regions/:region_id` has `{ region_id: string }`. */
export type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [K in Name]: string } & ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? { readonly [K in Name]: string }
    : Path extends `${string}*`
      ? { readonly '*': string }
      : unknown

type Of<S> = S extends TSchema ? Static<S> : undefined

/** What a handler gets of the request, checked. */
export type Req<Path extends string, Query, Body> = {
  readonly params: ParamsOf<Path>
  readonly query: Query extends TSchema ? Static<Query> : Readonly<Record<string, string | string[] | undefined>>
  readonly body: Of<Body>
  readonly headers: IncomingHttpHeaders
  /** The query string as sent, without `?`. */
  readonly rawQuery: string
  /** The request itself: for routes with `streams`, whose body nobody has read. */
  readonly stream: IncomingMessage
}

/** A request as the server has it before a route checks it. */
export type RawReq = {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly headers: IncomingHttpHeaders
  readonly rawQuery: string
  readonly stream: IncomingMessage
}

type RouteFacts<Path extends string> = {
  readonly method: Method
  readonly path: Path
  /** Status of success. */
  readonly status: number
  /**
   * Rule that decides. Where its check needs no target, the edge asks it before anything else is done; where it does, the
   * operation asks (`ctx.authorize`) and a success that nobody asked for is refused. Null: any valid token will do.
   */
  readonly policy: string | null
  /**
   * `own`: the edge asks with the caller's own project and user as target, because the store shows the caller nothing else.
   * `read`: the operation asks once it has read the object, though the rule looks at nothing of it: what is not there is 404 to all.
   */
  readonly target?: 'own' | 'read'
  /** True: needs no token at all (version documents, login). */
  readonly open?: true
  /** First and last microversion (minor number) that has this route. */
  readonly since?: number
  readonly until?: number
  /** Of a query parameter that is repeated and is no list, the last counts: Nova's older calls. Else it is refused. */
  readonly lastCounts?: true
  /** The body is not read: the handler streams it. */
  readonly streams?: true
  /** There may be no body at all; its schema decides. */
  readonly bodyOptional?: true
  /** Last microversion at which there is a body: later, whatever comes is not looked at. */
  readonly bodyUntil?: number
  /** Largest body in bytes, where the service's usual limit does not fit. */
  readonly bodyLimit?: number
  /** Schema of the reply, for tests and documentation only. */
  readonly reply?: TSchema
}

/** One row of a service's route table, with the types of its handler closed over. */
export type Route = RouteFacts<string> & {
  readonly query: TSchema | undefined
  readonly body: TSchema | undefined
  /** Checks query and body at the request's version, and gives back the call that runs the handler. */
  readonly prepare: (req: RawReq, version: number, invalid: Invalid) => (ctx: Ctx) => unknown
}

/** How a service words a schema violation. */
export type Invalid = (issue: Issue) => Error

/** A schema violation in the words of Python's jsonschema, which OpenStack passes on to its users. */
export type Issue = {
  readonly in: 'body' | 'query'
  /** Path of the value, without the body's root: `['server', 'name']`. */
  readonly path: readonly string[]
  readonly value: unknown
  readonly message: string
  /** The keyword that failed, where in the schema it stands, and the schema it stands in. */
  readonly rule: { readonly keyword: string; readonly path: readonly string[]; readonly schema: unknown }
}

/** Makes a row of the route table; the handler's types follow from path and schemas. */
export function route<
  const Path extends string,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
>(
  spec: RouteFacts<Path> & {
    readonly query?: Query
    readonly body?: Body
    /** Finds what the request is about, asked where query or body are wrong: what is not there is 404, whatever is said of it. */
    readonly subject?: (ctx: Ctx, params: ParamsOf<Path>) => Promise<unknown>
    readonly handle: (ctx: Ctx, req: Req<Path, Query, Body>) => unknown
  },
): Route {
  const { handle, subject, query, body, ...facts } = spec
  const names = [...spec.path.matchAll(/:(\w+)|(\*)/g)].map((match) => match[1] ?? '*')
  const hasParams = (params: unknown): params is ParamsOf<Path> =>
    names.length === 0 || (typeof params === 'object' && params !== null && names.every((name) => name in params))
  const lists = facts.lastCounts ? listsIn(query) : new Set<string>()
  const checkQuery: Check<Req<Path, Query, Body>['query']> = checker(query, 'query')
  const checkBody: Check<Of<Body>> = checker(body, 'body')
  return {
    ...facts,
    query,
    body,
    prepare: (raw, version, invalid) => {
      const { params } = raw
      if (!hasParams(params)) throw new Error(`route ${spec.path} was called without its parameters`)
      try {
        if (body !== undefined && raw.body instanceof Malformed) throw raw.body.error
        const req: Req<Path, Query, Body> = {
          params,
          query: checkQuery(facts.lastCounts ? lastOf(raw.query, lists) : raw.query, version, invalid),
          body: checkBody(raw.body, version, invalid),
          headers: raw.headers,
          rawQuery: raw.rawQuery,
          stream: raw.stream,
        }
        return (ctx) => handle(ctx, req)
      } catch (error) {
        if (subject === undefined) throw error
        return async (ctx) => {
          await subject(ctx, params)
          throw error
        }
      }
    },
  }
}

/** Parameters of a query that may be repeated. */
const listsIn = (query: TSchema | undefined): ReadonlySet<string> =>
  new Set(
    Type.IsObject(query)
      ? Object.entries(query.properties).flatMap(([name, schema]) => (Type.IsArray(schema) ? [name] : []))
      : [],
  )

/** The same route, with something done after each success that may have written. */
export function afterWrite(row: Route, done: () => void): Route {
  if (row.method === 'GET' || row.method === 'HEAD') return row
  return {
    ...row,
    prepare: (raw, version, invalid) => {
      const call = row.prepare(raw, version, invalid)
      return async (ctx) => {
        const answer = await call(ctx)
        done()
        return answer
      }
    },
  }
}
