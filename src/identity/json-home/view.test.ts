// The fixture is the document of a real Keystone, as its own tests have it.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { createIdentity } from '../service.ts'
import { wantsHome } from './view.ts'

type Resource = { readonly href?: string; readonly 'href-template'?: string }

const base = 'https://docs.openstack.org/api/openstack-identity/3'
const keystone: Readonly<Record<string, Resource>> = JSON.parse(
  readFileSync(new URL('home.fixture.json', import.meta.url), 'utf8').replaceAll(
    /"(?=\/(?:rel|ext|param)\/)/g,
    `"${base}`,
  ),
)

let services: TestServices
let identity: Client
let paths: ReadonlySet<string>
beforeAll(async () => {
  services = await startServices((platform) => {
    const { service } = createIdentity(platform)
    paths = new Set(service.api?.routes.map(({ path }) => path.replaceAll(/:\w+/g, '{}')))
    return [service]
  })
  identity = services.client('identity')
})
afterAll(() => services.stop())

const home = (path: string) => identity('GET', path, { token: '', headers: { accept: 'application/json-home' } })

describe('JSON Home', () => {
  it("is Keystone's", async () => {
    const answer = await home('/v3')
    expect(answer.headers.get('content-type')).toBe('application/json-home')
    expect(answer).toMatchObject({ status: 200, body: { resources: keystone } })
    expect(JSON.stringify(answer.body).length).toBe(JSON.stringify({ resources: keystone }).length)
  })

  it('names what is there, from the root as well', async () => {
    const { status, body } = await home('/')
    expect(status).toBe(200)
    const found = [...JSON.stringify(body).matchAll(/"href(?:-template)?":"([^"]+)"/g)].map(([, path = '']) => path)
    expect(found.length).toBe(Object.keys(keystone).length)
    expect(found.filter((path) => !paths.has(path.replaceAll(/\{\w+\}/g, '{}')))).toEqual([])
  })

  it.each([
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['text/html', false],
    ['application/json-home', true],
    ['application/json-home;q=0.8, application/json;q=0.5', true],
    ['application/json-home;q=0.5, application/json;q=0.8', false],
    ['application/json-home, */*;q=0.1', true],
  ])('is given to %s: %s', (accept, wanted) => {
    expect(wantsHome(accept)).toBe(wanted)
  })

  it('is not given to whom does not ask for it', async () => {
    expect((await identity('GET', '/v3', { token: '' })).body).toMatchObject({ version: { id: 'v3.14' } })
    expect((await identity('GET', '/', { token: '' })).status).toBe(300)
  })
})
