import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { createIdentity } from '../service.ts'
import { at } from '../testing/identity.ts'

let services: TestServices
let identity: Client
beforeAll(async () => {
  services = await startServices((platform) => [createIdentity(platform).service])
  identity = services.client('identity')
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'UserName' }] }]
  await identity('PUT', '/v3/OS-FEDERATION/mappings/map', { body: { mapping: { rules } } })
})
afterAll(() => services.stop())

const providers = '/v3/OS-FEDERATION/identity_providers'
const put = (id: string, identity_provider: object): Promise<Answer> =>
  identity('PUT', `${providers}/${id}`, { body: { identity_provider } })
const patch = (id: string, identity_provider: object): Promise<Answer> =>
  identity('PATCH', `${providers}/${id}`, { body: { identity_provider } })
const protocol = (method: string, id: string, body?: object): Promise<Answer> =>
  identity(method, `${providers}/${id}`, body === undefined ? {} : { body: { protocol: body } })

describe('identity providers', () => {
  it('are created with a domain of their own, shown, changed and deleted', async () => {
    const made = await put('acme', { remote_ids: ['https://b', 'https://a'], description: 'Acme' })
    expect(made).toMatchObject({
      status: 201,
      body: {
        identity_provider: {
          id: 'acme',
          enabled: false,
          description: 'Acme',
          authorization_ttl: null,
          remote_ids: ['https://a', 'https://b'],
          links: { self: expect.stringMatching(/acme$/), protocols: expect.stringMatching(/acme\/protocols$/) },
        },
      },
    })
    expect((await identity('GET', `${providers}/acme`)).body).toEqual(made.body)
    const domain = at(made, 'identity_provider', 'domain_id')
    expect((await identity('GET', `/v3/domains/${domain}`)).body).toMatchObject({
      domain: { name: domain, description: 'Auto generated federated domain for Identity Provider: acme' },
    })
    const changed = await patch('acme', { enabled: true, remote_ids: ['https://c'], authorization_ttl: 5 })
    expect(changed.body).toMatchObject({
      identity_provider: {
        enabled: true,
        remote_ids: ['https://c'],
        authorization_ttl: 5,
        description: 'Acme',
        domain_id: domain,
      },
    })
    expect((await patch('acme', { remote_ids: null })).body).toMatchObject({ identity_provider: { remote_ids: [] } })
    expect((await identity('DELETE', `${providers}/acme`)).status).toBe(204)
    expect(await identity('GET', `${providers}/acme`)).toMatchObject({
      status: 404,
      body: { error: { message: 'Could not find Identity Provider: acme.' } },
    })
    expect((await identity('GET', `/v3/domains/${domain}`)).status).toBe(200)
  })

  it('are listed, filtered by id and whether they are enabled', async () => {
    await put('on', { enabled: true })
    await put('off', {})
    const ids = async (query: string) => {
      const { body } = await identity('GET', `${providers}${query}`)
      return JSON.stringify(body).match(/(?<="id":")[^"]+/g)
    }
    expect(await ids('')).toEqual(['off', 'on'])
    expect(await ids('?enabled=true')).toEqual(['on'])
    expect(await ids('?id=off')).toEqual(['off'])
    expect(await ids('?limit=1')).toEqual(['off'])
    for (const id of ['on', 'off']) await identity('DELETE', `${providers}/${id}`)
  })

  it('go with their domain', async () => {
    const domain = await identity('POST', '/v3/domains', { body: { domain: { name: 'partners' } } })
    const domain_id = at(domain, 'domain', 'id')
    expect((await put('partner', { domain_id, remote_ids: ['https://partner'] })).body).toMatchObject({
      identity_provider: { domain_id },
    })
    await identity('PATCH', `/v3/domains/${domain_id}`, { body: { domain: { enabled: false } } })
    expect((await identity('DELETE', `/v3/domains/${domain_id}`)).status).toBe(204)
    expect((await identity('GET', `${providers}/partner`)).status).toBe(404)
    expect((await put('heir', { remote_ids: ['https://partner'] })).status).toBe(201)
  })

  it('refuse what Keystone refuses', async () => {
    await put('first', { remote_ids: ['https://same'] })
    expect(await put('first', {})).toMatchObject({
      status: 409,
      body: {
        error: { message: 'Conflict occurred attempting to store identity_provider - Duplicate entry: first.' },
      },
    })
    expect(await put('second', { remote_ids: ['https://same'] })).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringMatching(/Duplicate remote ID: https:\/\/same/) } },
    })
    expect((await identity('GET', `${providers}/second`)).status).toBe(404)
    expect((await put('third', { domain_id: 'nowhere' })).status).toBe(404)
    for (const bad of [
      { remote_ids: ['a', 'a'] },
      { remote_ids: ['x'.repeat(65)] },
      { remote_ids: 'a' },
      { authorization_ttl: -1 },
      { authorization_ttl: 'x' },
      { enabled: 'perhaps' },
      { unknown: 1 },
      { description: 7 },
    ]) {
      expect((await put('bad', bad)).status).toBe(400)
    }
    expect((await patch('first', {})).status).toBe(400)
    expect((await patch('first', { domain_id: 'default' })).status).toBe(400)
    expect((await patch('none', { enabled: true })).status).toBe(404)
    expect((await put('x'.repeat(65), {})).status).toBe(400)
  })
})

describe('protocols', () => {
  it('are created, shown, listed, changed and deleted', async () => {
    await put('idp', { enabled: true })
    const made = await protocol('PUT', 'idp/protocols/openid', { mapping_id: 'map', remote_id_attribute: 'ISS' })
    expect(made).toMatchObject({
      status: 201,
      body: {
        protocol: {
          id: 'openid',
          mapping_id: 'map',
          links: {
            self: expect.stringMatching(/idp\/protocols\/openid$/),
            identity_provider: expect.stringMatching(/idp$/),
          },
        },
      },
    })
    expect((await protocol('GET', 'idp/protocols/openid')).body).toEqual(made.body)
    expect((await protocol('GET', 'idp/protocols')).body).toMatchObject({
      protocols: [{ id: 'openid', idp_id: 'idp', remote_id_attribute: 'ISS' }],
    })
    const changed = await protocol('PATCH', 'idp/protocols/openid', { mapping_id: 'map', remote_id_attribute: '' })
    expect(changed.status).toBe(200)
    expect((await protocol('DELETE', 'idp/protocols/openid')).status).toBe(204)
    expect(await protocol('GET', 'idp/protocols/openid')).toMatchObject({
      status: 404,
      body: { error: { message: 'Could not find federated protocol openid for Identity Provider: idp.' } },
    })
  })

  it('refuse what Keystone refuses', async () => {
    await put('strict', {})
    const one = 'strict/protocols/one'
    expect(await protocol('PUT', one, { mapping_id: 'none' })).toMatchObject({
      status: 400,
      body: { error: { message: 'Invalid mapping id: none' } },
    })
    expect((await protocol('PUT', 'none/protocols/one', { mapping_id: 'map' })).status).toBe(404)
    expect((await protocol('PUT', one, {})).status).toBe(400)
    expect((await protocol('PUT', one, { mapping_id: 'map', other: 1 })).status).toBe(400)
    expect((await protocol('PUT', one, { mapping_id: 'map' })).status).toBe(201)
    expect(await protocol('PUT', one, { mapping_id: 'map' })).toMatchObject({
      status: 409,
      body: {
        error: {
          message: 'Conflict occurred attempting to store federation_protocol - Duplicate entry found with ID one.',
        },
      },
    })
    expect((await protocol('PATCH', one, { mapping_id: 'map', remote_id_attribute: null })).status).toBe(400)
    expect((await protocol('PATCH', 'strict/protocols/two', { mapping_id: 'map' })).status).toBe(404)
    expect((await protocol('DELETE', 'strict/protocols/two')).status).toBe(404)
    expect((await protocol('GET', 'none/protocols')).body).toMatchObject({ protocols: [] })
  })
})

describe('users that providers know', () => {
  it('say so, are found by it, and stay when the provider goes', async () => {
    await put('known', { enabled: true })
    await protocol('PUT', 'known/protocols/openid', { mapping_id: 'map' })
    const federated = [{ idp_id: 'known', protocols: [{ protocol_id: 'openid', unique_id: 'kim@example.org' }] }]
    const made = await identity('POST', '/v3/users', { body: { user: { name: 'kim', federated } } })
    expect(made).toMatchObject({ status: 201, body: { user: { name: 'kim', federated } } })
    const id = at(made, 'user', 'id')
    expect((await identity('GET', `/v3/users/${id}`)).body).toMatchObject({ user: { federated } })
    for (const query of ['idp_id=known', 'protocol_id=openid', 'unique_id=kim@example.org&idp_id=known', 'name=kim']) {
      expect((await identity('GET', `/v3/users?${query}`)).body).toMatchObject({ users: [{ id }] })
    }
    expect((await identity('GET', '/v3/users?idp_id=known&name=lee')).body).toMatchObject({ users: [] })
    const again = await identity('POST', '/v3/users', { body: { user: { name: 'lee', federated } } })
    expect(again.status).toBe(409)
    expect((await identity('GET', '/v3/users?name=lee')).body).toMatchObject({ users: [] })
    const other = [{ idp_id: 'known', protocols: [{ protocol_id: 'openid', unique_id: 'k' }] }]
    const changed = await identity('PATCH', `/v3/users/${id}`, { body: { user: { federated: other } } })
    expect(changed.body).toMatchObject({ user: { federated: other } })
    expect((await identity('DELETE', `${providers}/known`)).status).toBe(204)
    expect((await identity('GET', `/v3/users/${id}`)).body).not.toHaveProperty('user.federated')
  })

  it.each([
    [{ idp_id: 'none', protocols: [{ protocol_id: 'openid', unique_id: 'u' }] }, /Could not find Identity Provider/],
    [{ idp_id: 'lone', protocols: [{ protocol_id: 'none', unique_id: 'u' }] }, /Could not find federated protocol/],
    [{ idp_id: 'lone', protocols: [] }, /too short/],
    [{ idp_id: 'lone' }, /required/],
  ])('%# must be of providers that exist', async (federated, message) => {
    await put('lone', {})
    const answer = await identity('POST', '/v3/users', { body: { user: { name: 'nobody', federated: [federated] } } })
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(message) } } })
    expect((await identity('GET', '/v3/users?name=nobody')).body).toMatchObject({ users: [] })
  })
})
