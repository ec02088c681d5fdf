import type { Authenticate } from '../auth/caller.ts'
import type { Clock } from '../clock.ts'
import type { Ctx } from '../context.ts'
import type { Service } from '../http/service.ts'
import type { Platform } from '../platform.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts'
import { contractOf } from './contract.ts'
import { openTestEngines } from './engines.ts'
import { authenticatePersona } from './personas.ts'

/** An answer of a test request. `body` is parsed JSON where the answer was JSON, else text. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown }

export type RequestOptions = {
  /** Token; in tests of one service the name of a persona. Default: `admin`; empty: none. */
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends requests to one base URL. */
export type Client = (method: string, path: string, options?: RequestOptions) => Promise<Answer>

/** A client of an API. */
export const createClient =
  (baseUrl: string, defaultToken: string): Client =>
  async (method, path, { token = defaultToken, body, headers = {} } = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === '' ? {} : { 'x-auth-token': token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') ?? false
    const parsed: unknown = json && text !== '' ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body: parsed }
  }

/** The same client; an answer that is not as OpenStack publishes it fails the test. */
function checkedClient(type: string, client: Client): Client {
  const contract = contractOf(type)
  if (!contract) return client
  return async (method, path, options) => {
    const answer = await client(method, path, options)
    const problem = contract.problem(method, path, answer)
    if (problem !== null) throw new Error(`${method} ${path} answers ${answer.status}, and ${problem}`)
    return answer
  }
}

/** Services running for a test. */
export type TestServices = {
  readonly runtime: Runtime
  readonly ctx: () => Ctx
  readonly client: (type: string) => Client
  readonly stop: () => Promise<void>
}

/**
 * Starts services with personas for callers (the token is the persona's name), on a database of their own.
 * @param create makes the services on the platform it is given
 */
export async function startServices(
  create: (platform: Platform) => readonly Service[],
  options: RuntimeOptions & {
    readonly settings?: Readonly<Record<string, unknown>>
    readonly clock?: Clock
    readonly authenticate?: Authenticate
  } = {},
): Promise<TestServices> {
  const engines = await openTestEngines(options.settings, options.clock)
  const runtime = createRuntime(engines, { retryDelaysMs: [1], ...options })
  await runtime.start(create(runtime.platform), options.authenticate ?? authenticatePersona)
  return {
    runtime,
    ctx: runtime.context,
    client: (type) => checkedClient(type, createClient(runtime.urlOf(type), 'admin')),
    stop: async () => {
      await runtime.stop()
      await engines.close()
    },
  }
}
