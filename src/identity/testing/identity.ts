import { readAdminPassword } from '../secrets.ts'
import type { Clock } from '#platform/clock.ts'
import {
  type Answer,
  type Client,
  type RequestOptions,
  startServices,
  type TestServices,
} from '#platform/testing/api.ts'
import { createIdentity, type Identity, type IdentityDoor } from '../service.ts'

/** Identity running alone, with its own tokens instead of personas. */
export type TestIdentity = TestServices & {
  readonly call: Client
  readonly password: string
  /** Logs in; scope as in the API, absent: the admin project. */
  readonly login: (user?: object, scope?: object | string | null) => Promise<Answer>
  /** As `login`, and gives the token. */
  readonly token: (user?: object, scope?: object | string | null) => Promise<string>
  /** A request as the administrator of the project `admin`. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<Answer>
  readonly clock: { ms: number }
  /** Runs a reconciler once. */
  readonly reconcile: (name: string) => Promise<unknown>
  /** What other services may ask. */
  readonly door: IdentityDoor
}

const domain = { id: 'default' }
export const adminProject = { project: { name: 'admin', domain } }

/** Starts identity on a database of its own. Time stands still unless the test moves `clock.ms`. */
export async function startIdentity(settings: Readonly<Record<string, unknown>> = {}): Promise<TestIdentity> {
  const time = { ms: Date.UTC(2026, 10, 21, 3, 0, 0) }
  const clock: Clock = { now: () => time.ms }
  let identity: Identity | undefined
  const services = await startServices(
    (platform) => {
      identity = createIdentity(platform)
      return [identity.service]
    },
    { settings, clock, authenticate: (token) => identity?.authenticate(token) ?? null },
  )
  const call = services.client('identity')
  const password = readAdminPassword(services.runtime.platform.config.state)
  const login: TestIdentity['login'] = (user = { name: 'admin', domain, password }, scope = adminProject) =>
    call('POST', '/v3/auth/tokens', {
      token: '',
      body: { auth: { identity: { methods: ['password'], password: { user } }, ...(scope === null ? {} : { scope }) } },
    })
  const token: TestIdentity['token'] = async (user, scope) => {
    const answer = await login(user, scope)
    const id = answer.headers.get('x-subject-token')
    if (answer.status !== 201 || id === null) throw new Error(`no token: ${JSON.stringify(answer.body)}`)
    return id
  }
  let adminToken: string | undefined
  let loggedInAt = 0
  const admin: TestIdentity['admin'] = async (method, path, body) => {
    if (adminToken === undefined || time.ms - loggedInAt > 1_800_000) {
      adminToken = await token()
      loggedInAt = time.ms
    }
    const options: RequestOptions = { token: adminToken, ...(body === undefined ? {} : { body }) }
    return call(method, path, options)
  }
  if (identity === undefined) throw new Error('no identity was made')
  const { door, service } = identity
  const reconcile: TestIdentity['reconcile'] = async (name) =>
    service.reconcilers.find((each) => each.name === name)?.run(services.ctx())
  return { ...services, call, password, login, token, admin, clock: time, door, reconcile }
}

/** A value inside an answer: `at(answer, 'token', 'user', 'id')`; fails where it is no text. */
export function at(answer: Answer, ...path: readonly (string | number)[]): string {
  let value: unknown = answer.body
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  if (typeof value !== 'string')
    throw new Error(`${path.join('.')} is not in ${answer.status} ${JSON.stringify(answer.body)}`)
  return value
}
