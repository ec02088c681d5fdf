import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdentityTools } from '../operator/tools.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { type RealKeystone, startKeystone } from '../testing/keystone.ts'

let old: RealKeystone
let identity: TestIdentity
const domain = { id: 'default' }

const logInTo = async (user: object, scope: object): Promise<string> => {
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } }
  return (await old.call('POST', '/v3/auth/tokens', { body })).headers.get('x-subject-token') ?? ''
}

beforeAll(async () => {
  old = await startKeystone('jws')
  identity = await startIdentity({ token_provider: 'jws' })
  identity.clock.ms = Date.now()
}, 120_000)
afterAll(async () => {
  await identity?.stop()
  await old?.stop()
})

describe('the JWS tokens of a real Keystone', () => {
  it('are good here with its keys, and ours there', async () => {
    const admin = { name: 'admin', domain, password: old.password }
    const token = await logInTo(admin, { project: { name: 'admin', domain } })
    expect(token).toMatch(/^eyJ/)
    const ask = (path: string, body: unknown) => old.call('POST', path, { token, body })
    const user = at(await ask('/v3/users', { user: { name: 'demo', password: 'p' } }), 'user', 'id')
    const project = at(await ask('/v3/projects', { project: { name: 'demo' } }), 'project', 'id')
    const role = at(await old.call('GET', '/v3/roles?name=member', { token }), 'roles', 0, 'id')
    await old.call('PUT', `/v3/projects/${project}/users/${user}/roles/${role}`, { token })
    const scope = { project: { id: project } }
    const theirs = await logInTo({ id: user, password: 'p' }, scope)

    const tools = createIdentityTools(identity.runtime.platform.config)
    const source = `mysql://root@localhost/keystone?socketPath=${encodeURIComponent(old.socket)}`
    const request = { source, database: undefined, credentialKeys: [], adopt: true, dryRun: false }
    expect(await tools.importKeystone(identity.ctx(), request)).toMatchObject({ written: true })
    const folder = (name: string) => join(old.directory, 'jws-keys', name)
    const publicPems = readdirSync(folder('public')).map((name) => readFileSync(join(folder('public'), name), 'utf8'))
    const privatePem = readFileSync(join(folder('private'), 'private.pem'), 'utf8')
    expect(await tools.adoptJwsKeys(identity.ctx(), publicPems, privatePem)).toBe(1)

    const here = { token: theirs, headers: { 'x-subject-token': theirs } }
    const seen = await identity.call('GET', '/v3/auth/tokens', here)
    expect(seen.body).toMatchObject({ token: { user: { id: user }, project: { id: project }, methods: ['password'] } })
    const ours = await identity.token({ id: user, password: 'p' }, scope)
    expect(ours).toMatch(/^eyJ/)
    const there = await old.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': ours } })
    expect(there.body).toMatchObject({ token: { user: { id: user }, project: { id: project } } })
  })
})
