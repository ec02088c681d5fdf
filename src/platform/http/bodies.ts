// How bodies and query strings are read before a route checks them.
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { type CloudError, messageOf, unsupportedMediaType } from '../errors.ts'
import type { Api } from './service.ts'

/** Stands for a body that is no JSON until its turn comes: who may not ask, or asks for what is not there, is told that first. */
export class Malformed {
  readonly error: CloudError

  constructor(error: CloudError) {
    this.error = error
  }
}

/** JSON whatever it calls itself (Glance's patches have types of their own); other bodies only reach routes that stream. */
export function takeBodies(app: FastifyInstance, api: Api): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(/^application\/.*json/, { parseAs: 'string' }, (_request, text, done) => {
    try {
      // Clients send the header with an empty body too.
      const value = text.length === 0 ? undefined : parseJson(text.toString())
      const isWrong = api.flask && value !== undefined && !isObject(value)
      done(null, isWrong ? new Malformed(api.wire.malformed('not an object', String(text))) : value)
    } catch (error) {
      done(null, new Malformed(api.wire.malformed(messageOf(error), String(text))))
    }
  })
  app.addContentTypeParser('*', (_request, _stream, done) => done(null, undefined))
  if (!api.flask) return
  app.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] ||= 'application/json'
    done()
  })
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text, text.includes('__proto__') ? refuseProto : undefined)
  return value
}
const refuseProto = (key: string, value: unknown): unknown => {
  if (key === '__proto__') throw new SyntaxError('the key __proto__ is not allowed')
  return value
}

/** A query string in which no parameter is repeated: the first counts. */
export const firstOf = (query: unknown): unknown => withOne(query, (values) => values[0])

/** A query string in which no parameter is repeated but those that `lists` names: the last counts. */
export const lastOf = (query: unknown, lists: ReadonlySet<string>): unknown =>
  withOne(query, (values, key) => (lists.has(key) ? values : values.at(-1)))

const withOne = (query: unknown, choose: (values: readonly unknown[], key: string) => unknown): unknown =>
  typeof query === 'object' && query !== null
    ? Object.fromEntries(
        Object.entries(query).map(([key, value]) => [key, Array.isArray(value) ? choose(value, key) : value]),
      )
    : query

/** There is no JSON: a body came as something else, or nothing names a type. */
export function refuseOtherTypes(
  api: Api,
  { 'content-type': type, 'content-length': length }: IncomingHttpHeaders,
): void {
  if (type === undefined) {
    if (api.wire.noType) throw api.wire.noType(length !== undefined && length !== '0')
    return
  }
  if (!type.includes('json')) throw otherType(api, type)
}

export const otherType = (api: Api, type: string): CloudError =>
  api.wire.otherType?.(type) ?? unsupportedMediaType(`The media type ${type} is not supported, use application/json`)
