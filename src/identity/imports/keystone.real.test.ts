import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdentityTools } from '../operator/tools.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { type Key, signedHeader } from '../testing/oauth1.ts'
import { type RealKeystone, startKeystone } from '../testing/keystone.ts'

let old: RealKeystone
let token = ''
let userId = ''
let projectId = ''
let userToken = ''
let consumer: Key = { id: '', secret: '' }
let identity: TestIdentity
const secret = 'a secret of a program'

const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await old.call(method, path, { token, ...(body === undefined ? {} : { body }) })
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}
const logInTo = async (user: object, scope: object) => {
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } }
  return (await old.call('POST', '/v3/auth/tokens', { body })).headers.get('x-subject-token') ?? ''
}
const domain = { id: 'default' }
const keysIn = (name: string) => {
  const directory = join(old.directory, name)
  return new Map(
    readdirSync(directory).map((file) => [Number(file), readFileSync(join(directory, file), 'utf8').trim()]),
  )
}
const tools = () => createIdentityTools(identity.runtime.platform.config)

beforeAll(async () => {
  old = await startKeystone()
  token = await logInTo({ name: 'admin', domain, password: old.password }, { project: { name: 'admin', domain } })
  const demo = {
    name: 'demo',
    password: "it's 한글; \\ `x`",
    email: 'demo@example.org',
    options: { lock_password: true },
  }
  userId = at(await ask('POST', '/v3/users', { user: demo }), 'user', 'id')
  projectId = at(await ask('POST', '/v3/projects', { project: { name: 'demo', tags: ['one', '둘'] } }), 'project', 'id')
  const member = at(await ask('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
  await ask('PUT', `/v3/projects/${projectId}/users/${userId}/roles/${member}`)
  const group = at(await ask('POST', '/v3/groups', { group: { name: 'crew' } }), 'group', 'id')
  await ask('PUT', `/v3/groups/${group}/users/${userId}`)
  await ask('PUT', `/v3/OS-INHERIT/domains/default/groups/${group}/roles/${member}/inherited_to_projects`)
  await ask('PUT', `/v3/system/users/${userId}/roles/${member}`)
  const blob = JSON.stringify({ access: 'key', secret: 'of ec2' })
  await ask('POST', '/v3/credentials', { credential: { type: 'ec2', blob, user_id: userId, project_id: projectId } })
  userToken = await logInTo({ id: userId, password: demo.password }, { project: { id: projectId } })
  const program = { name: 'bot', secret, access_rules: [{ service: 'compute', method: 'GET', path: '/v2.1/servers' }] }
  const made = await old.call('POST', `/v3/users/${userId}/application_credentials`, {
    token: userToken,
    body: { application_credential: program },
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  const registered = await ask('POST', '/v3/OS-OAUTH1/consumers', { consumer: { description: '프로그램' } })
  consumer = { id: at(registered, 'consumer', 'id'), secret: at(registered, 'consumer', 'secret') }
  identity = await startIdentity()
  identity.clock.ms = Date.now()
}, 120_000)
afterAll(async () => {
  await identity?.stop()
  await old?.stop()
})

const dumped = (name: string, ...options: string[]): string => {
  const argv = [`--socket=${old.socket}`, '--user=root', ...options]
  const text = execFileSync('mysqldump', argv, { maxBuffer: 1 << 28 })
  const file = join(old.directory, name)
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text)
  return file
}
const importing = (source: string, dryRun: boolean) =>
  tools().importKeystone(identity.ctx(), {
    source,
    database: undefined,
    credentialKeys: [...keysIn('credential-keys').values()],
    adopt: true,
    dryRun,
  })

describe('a Keystone that moves here', () => {
  it('says the same by its dump, in each of its forms, and by its database', async () => {
    const reports = []
    for (const file of [
      dumped('keystone.sql', 'keystone'),
      dumped('several.sql.gz', '--databases', 'keystone', 'mysql'),
      dumped('complete.sql', '--complete-insert', '--skip-extended-insert', '--hex-blob', 'keystone'),
      `mysql+pymysql://root@localhost/keystone?socketPath=${encodeURIComponent(old.socket)}`,
    ]) {
      reports.push(await importing(file, true))
    }
    expect(reports[0]?.tallies.find(({ kind }) => kind === 'users')).toMatchObject({ added: 1, adopted: 1 })
    for (const report of reports) expect(report).toEqual(reports[0])
  })

  it('brings its users with their passwords, programs, secrets and live tokens', async () => {
    expect(await importing(join(old.directory, 'keystone.sql'), false)).toMatchObject({ written: true, left: [] })
    const login = await identity.login({ id: userId, password: "it's 한글; \\ `x`" }, { project: { id: projectId } })
    expect(login.body).toMatchObject({ token: { user: { name: 'demo' }, project: { id: projectId, name: 'demo' } } })
    expect((await identity.login({ id: userId, password: 'x' }, 'unscoped')).status).toBe(401)
    const program = { user: { id: userId }, name: 'bot', secret }
    const auth = { identity: { methods: ['application_credential'], application_credential: program } }
    expect((await identity.call('POST', '/v3/auth/tokens', { token: '', body: { auth } })).status).toBe(201)
    const { body } = await identity.admin('GET', `/v3/credentials?user_id=${userId}`)
    expect(body).toMatchObject({
      credentials: [{ blob: JSON.stringify({ access: 'key', secret: 'of ec2' }) }],
    })
    const asks = '/v3/OS-OAUTH1/request_token'
    const requestToken = async (secret: string) => {
      const authorization = await signedHeader(identity, asks, { ...consumer, secret })
      return identity.call('POST', asks, { token: '', headers: { authorization, 'requested-project-id': projectId } })
    }
    expect((await requestToken(consumer.secret)).status).toBe(201)
    expect((await requestToken('x')).status).toBe(401)
    expect((await identity.admin('GET', `/v3/projects/${projectId}`)).body).toMatchObject({
      project: { tags: ['one', '둘'] },
    })
    const whoami = () =>
      identity.call('GET', '/v3/auth/tokens', { token: userToken, headers: { 'x-subject-token': userToken } })
    expect((await whoami()).status).toBe(401)
    expect(await tools().adoptTokenKeys(identity.ctx(), keysIn('fernet-keys'))).toBe(2)
    expect(await tools().adoptTokenKeys(identity.ctx(), keysIn('fernet-keys'))).toBe(0)
    identity.clock.ms += 2000
    expect((await whoami()).body).toMatchObject({ token: { user: { id: userId } } })
    expect((await identity.token()).length).toBeGreaterThan(10)
  })

  it('understands the tokens that are made here with its keys', async () => {
    await ask(
      'DELETE',
      `/v3/system/users/${userId}/roles/${at(await ask('GET', '/v3/roles?name=member'), 'roles', 0, 'id')}`,
    )
    const running = await startIdentity()
    running.clock.ms = Date.now() - 1000
    const own = createIdentityTools(running.runtime.platform.config)
    const file = join(old.directory, 'keystone.sql')
    await own.importKeystone(running.ctx(), {
      source: file,
      database: undefined,
      credentialKeys: [],
      adopt: true,
      dryRun: false,
    })
    await own.adoptTokenKeys(running.ctx(), keysIn('fernet-keys'))
    // A token that it does not know makes a controller look for new keys.
    await running.call('GET', '/v3/projects', { token: userToken })
    const made = await running.token({ id: userId, password: "it's 한글; \\ `x`" }, { project: { id: projectId } })
    const seen = await old.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': made } })
    expect(seen.body).toMatchObject({ token: { user: { id: userId }, project: { id: projectId } } })
    await running.stop()
  })
})
