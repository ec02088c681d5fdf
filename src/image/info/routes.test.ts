import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
})
afterAll(() => images.services.stop())
const client: TestImages['client'] = (...args) => images.client(...args)

describe('discovery', () => {
  it('offers its versions to anybody', async () => {
    const choice = await client('GET', '/', { token: '' })
    expect([choice.status, choice.headers.get('content-type')]).toEqual([300, 'application/json'])
    expect(choice.body).toMatchObject({
      versions: expect.arrayContaining([expect.objectContaining({ id: 'v2.17', status: 'CURRENT' })]),
    })
    expect((await client('GET', '/versions', { token: '' })).status).toBe(200)
    expect((await client('GET', '/v7/images', { token: '' })).status).toBe(300)
    expect((await client('GET', '/v2/nothing')).status).toBe(404)
  })

  it('takes HEAD and OPTIONS for methods like others', async () => {
    for (const method of ['HEAD', 'OPTIONS']) {
      const refused = await client(method, '/v2/images')
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST'])
      expect((await client(method, '/', { token: '' })).status).toBe(300)
    }
    expect((await client('HEAD', '/v2/nothing')).status).toBe(404)
    const unknown = await client('OPTIONS', '/v2/nothing', { headers: { accept: 'application/json' } })
    expect(unknown).toMatchObject({ status: 501, body: { code: '501 Not Implemented' } })
    expect((await client('HEAD', '/versions', { token: '' })).status).toBe(200)
    expect((await client('HEAD', '/healthcheck', { token: '' })).status).toBe(200)
  })

  it('sends /v2 on to /v2/, where there is nothing', async () => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const { status, headers } = await client(method, '/v2')
      expect([status, new URL(headers.get('location') ?? '').pathname]).toEqual([302, '/v2/'])
    }
    expect((await client('GET', '/v2.7')).status).toBe(302)
    expect((await client('GET', '/v2/')).status).toBe(404)
  })

  it('publishes schemas, stores and ways to import', async () => {
    expect((await client('GET', '/v2/schemas/image')).body).toMatchObject({
      name: 'image',
      additionalProperties: { type: 'string' },
    })
    expect((await client('GET', '/v2/images/')).status).toBe(404)
    for (const name of ['images', 'member', 'members', 'task', 'tasks']) {
      expect((await client('GET', `/v2/schemas/${name}`)).body).toMatchObject({ name })
    }
    expect((await client('GET', '/v2/info/stores')).body).toMatchObject({ stores: [{ id: 'file', default: 'true' }] })
    expect((await client('GET', '/v2/info/stores/detail', { token: 'member' })).status).toBe(403)
    expect((await client('GET', '/v2/info/import')).body).toMatchObject({ 'import-methods': { type: 'array' } })
  })

  it('writes errors as the caller accepts them', async () => {
    const path = '/v2/images/a7f0e3c6-0000-4000-8000-000000000000'
    const html = await client('GET', path)
    expect(html.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(html.body).toContain('<h1>404 Not Found</h1>\n  No image found with ID a7f0e3c6')
    const json = await client('GET', path, { headers: { accept: 'application/json' } })
    expect(json.body).toEqual({
      message: 'No image found with ID a7f0e3c6-0000-4000-8000-000000000000<br /><br />\n\n\n',
      code: '404 Not Found',
      title: 'Not Found',
    })
    expect((await client('GET', path, { headers: { accept: 'text/plain' } })).body).toContain(
      '404 Not Found\n\nNo image',
    )
    expect((await client('GET', path, { token: '' })).status).toBe(401)
  })
})
