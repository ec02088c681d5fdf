import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCompute, type TestCompute } from '../testing/cloud.ts'

let cloud: TestCompute
beforeAll(async () => {
  cloud = await startCompute()
})
afterAll(() => cloud.stop())

it('tells older clients what the API has', async () => {
  const { status, body } = await cloud.compute('GET', '/v2.1/extensions', { token: 'reader' })
  expect(status).toBe(200)
  const usage = {
    alias: 'OS-SRV-USG',
    name: 'ServerUsage',
    description: 'Server usage.',
    namespace: 'http://docs.openstack.org/compute/ext/fake_xml',
    updated: '2014-12-03T00:00:00Z',
    links: [],
  }
  expect(body).toMatchObject({ extensions: expect.arrayContaining([usage]) })
  expect((await cloud.compute('GET', '/v2.1/extensions/OS-SRV-USG')).body).toEqual({ extension: usage })
  expect(await cloud.compute('GET', '/v2.1/extensions/nothing')).toMatchObject({
    status: 404,
    body: { itemNotFound: { code: 404, message: 'The resource could not be found.' } },
  })
})
