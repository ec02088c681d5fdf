import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { createIdentity } from '../service.ts'

let services: TestServices
let identity: Client
beforeAll(async () => {
  services = await startServices((platform) => [createIdentity(platform).service])
  identity = services.client('identity')
})
afterAll(() => services.stop())

const providers = '/v3/OS-FEDERATION/service_providers'
const urls = { auth_url: 'https://other/v3/auth', sp_url: 'https://other/Shibboleth.sso/SAML2/ECP' }
const put = (id: string, service_provider: object) =>
  identity('PUT', `${providers}/${id}`, { body: { service_provider } })
const patch = (id: string, service_provider: object) =>
  identity('PATCH', `${providers}/${id}`, { body: { service_provider } })

describe('service providers', () => {
  it('are created, shown, listed, changed and deleted', async () => {
    const made = await put('other', { ...urls, description: 'Other' })
    expect(made).toMatchObject({
      status: 201,
      body: {
        service_provider: {
          id: 'other',
          ...urls,
          enabled: false,
          description: 'Other',
          relay_state_prefix: 'ss:mem:',
          links: { self: expect.stringMatching(/service_providers\/other$/) },
        },
      },
    })
    expect((await identity('GET', `${providers}/other`, { token: 'system-reader' })).body).toEqual(made.body)
    await put('third', { ...urls, enabled: true, relay_state_prefix: 'x:' })
    expect((await identity('GET', `${providers}?enabled=true`)).body).toMatchObject({
      service_providers: [{ id: 'third', relay_state_prefix: 'x:' }],
    })
    expect((await patch('other', { enabled: true, sp_url: 'https://new' })).body).toMatchObject({
      service_provider: { enabled: true, sp_url: 'https://new', auth_url: urls.auth_url },
    })
    expect((await identity('DELETE', `${providers}/other`)).status).toBe(204)
    expect(await identity('GET', `${providers}/other`)).toMatchObject({
      status: 404,
      body: { error: { message: 'Could not find Service Provider: other.' } },
    })
  })

  it('refuse what Keystone refuses', async () => {
    await put('one', urls)
    expect(await put('one', urls)).toMatchObject({
      status: 409,
      body: {
        error: {
          message: 'Conflict occurred attempting to store service_provider - Duplicate entry found with ID one.',
        },
      },
    })
    for (const bad of [{}, { auth_url: urls.auth_url }, { ...urls, sp_url: 'no url' }, { ...urls, other: 1 }]) {
      expect((await put('bad', bad)).status).toBe(400)
    }
    expect((await put('bad', { ...urls, sp_url: `https://${'x'.repeat(230)}` })).status).toBe(400)
    expect((await patch('one', {})).status).toBe(400)
    expect((await patch('none', { enabled: true })).status).toBe(404)
    expect((await identity('DELETE', `${providers}/none`)).status).toBe(404)
    expect((await identity('GET', providers, { token: 'member' })).status).toBe(403)
  })
})
