import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signEc2 } from '#lib/aws-signature/signature.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

type Key = { readonly access: string; readonly secret: string }

let identity: TestIdentity
let project: string
let user: string
let token: string
let key: Key
beforeAll(async () => {
  identity = await startIdentity()
  project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'p' } }), 'project', 'id')
  user = at(await identity.admin('POST', '/v3/users', { user: { name: 'u', password: 'p' } }), 'user', 'id')
  const member = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
  await identity.admin('PUT', `/v3/projects/${project}/users/${user}/roles/${member}`)
  token = await identity.token({ id: user, password: 'p' }, { project: { id: project } })
  key = await createKey(token)
})
afterAll(() => identity.stop())

async function createKey(by: string): Promise<Key> {
  const path = `/v3/users/${user}/credentials/OS-EC2`
  const created = await identity.call('POST', path, { token: by, body: { tenant_id: project } })
  return { access: at(created, 'credential', 'access'), secret: at(created, 'credential', 'secret') }
}

/** What an EC2 server asks about a request, signed in version 2. */
function asked({ access, secret }: Key, time = '2026-11-21T02:59:00Z', signedHost = 'ec2.test:8773') {
  const params = { Action: 'DescribeInstances', AWSAccessKeyId: access, SignatureVersion: '2', Timestamp: time }
  const request = { verb: 'GET', host: signedHost, path: '/', params, headers: {}, bodyHash: '' }
  const { bodyHash, ...rest } = request
  return { ...rest, host: 'ec2.test:8773', access, body_hash: bodyHash, signature: signEc2(secret, request) }
}
const ec2 = (credentials: object) => identity.admin('POST', '/v3/ec2tokens', { credentials })
const signS3 = ({ secret }: Key, text: string) => createHmac('sha1', secret).update(text).digest('base64')

describe('a request that was signed with an EC2 key', () => {
  it('gives a token of the owner of the key', async () => {
    const answer = await ec2(asked(key))
    expect(answer).toMatchObject({
      status: 200,
      body: {
        token: { methods: ['ec2credential'], user: { id: user }, project: { id: project }, roles: { length: 2 } },
      },
    })
    const made = answer.headers.get('x-subject-token') ?? ''
    expect((await identity.call('GET', '/v3/auth/projects', { token: made })).status).toBe(200)
    expect((await ec2(asked(key, undefined, 'ec2.test'))).status).toBe(200)
    expect((await identity.admin('POST', '/v3/ec2tokens', { ec2Credentials: asked(key) })).status).toBe(200)
  })

  it('is refused with a wrong signature, an unknown key, or a time long ago', async () => {
    expect((await ec2(asked({ ...key, secret: 'wrong' }))).status).toBe(401)
    expect((await ec2(asked({ ...key, access: 'none' }))).status).toBe(404)
    expect((await ec2({ ...asked(key), signature: undefined })).status).toBe(401)
    expect((await ec2({})).status).toBe(401)
    expect((await identity.admin('POST', '/v3/ec2tokens', {})).status).toBe(400)
    expect((await ec2(asked(key, '2026-11-21T02:44:00Z'))).status).toBe(401)
    expect((await ec2(asked(key, 'yesterday'))).status).toBe(401)
    expect((await ec2({ ...asked(key), host: 'other.test' })).status).toBe(401)
  })

  it('is checked for services and administrators only', async () => {
    const credentials = asked(key)
    expect((await identity.call('POST', '/v3/ec2tokens', { token, body: { credentials } })).status).toBe(403)
    expect((await identity.call('POST', '/v3/ec2tokens', { token: '', body: { credentials } })).status).toBe(401)
  })

  it('gives nothing any more when the owner is disabled', async () => {
    await identity.admin('PATCH', `/v3/users/${user}`, { user: { enabled: false } })
    expect((await ec2(asked(key))).status).toBe(401)
    await identity.admin('PATCH', `/v3/users/${user}`, { user: { enabled: true } })
    identity.clock.ms += 2000
    expect((await ec2(asked(key))).status).toBe(200)
    token = await identity.token({ id: user, password: 'p' }, { project: { id: project } })
  })

  it('gives no more than the application credential that made the key', async () => {
    const application_credential = { name: 'program', unrestricted: true, roles: [{ name: 'reader' }] }
    const path = `/v3/users/${user}/application_credentials`
    const made = await identity.call('POST', path, { token, body: { application_credential } })
    const id = at(made, 'application_credential', 'id')
    const secret = at(made, 'application_credential', 'secret')
    const auth = { identity: { methods: ['application_credential'], application_credential: { id, secret } } }
    const login = await identity.call('POST', '/v3/auth/tokens', { token: '', body: { auth } })
    const access = 'of-program'
    const credential = {
      type: 'ec2',
      blob: JSON.stringify({ access, secret: 's' }),
      user_id: user,
      project_id: project,
    }
    const program = login.headers.get('x-subject-token') ?? ''
    expect((await identity.call('POST', '/v3/credentials', { token: program, body: { credential } })).status).toBe(201)
    expect(await ec2(asked({ access, secret: 's' }))).toMatchObject({
      status: 200,
      body: { token: { roles: [{ name: 'reader' }], application_credential: { id } } },
    })
    await identity.call('DELETE', `${path}/${id}`, { token })
    expect((await ec2(asked({ access, secret: 's' }))).status).toBe(401)
  })
})

describe('a request to S3', () => {
  it('tells its server whose key it was signed with, and gives no token', async () => {
    const text = 'GET\n\n\nSat, 21 Nov 2026 03:00:00 +0000\n/bucket/key'
    const credentials = {
      access: key.access,
      token: Buffer.from(text).toString('base64url'),
      signature: signS3(key, text),
    }
    const answer = await identity.admin('POST', '/v3/s3tokens', { credentials })
    expect(answer).toMatchObject({ status: 200, body: { token: { user: { id: user }, project: { id: project } } } })
    expect(answer.headers.get('x-subject-token')).toBeNull()
    const other = { ...credentials, token: Buffer.from('DELETE').toString('base64url') }
    expect((await identity.admin('POST', '/v3/s3tokens', { credentials: other })).status).toBe(401)
  })
})
