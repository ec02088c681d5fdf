import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFlavor, startCompute, type TestCompute, version } from '../testing/cloud.ts'
import { testImage } from '../testing/doors.ts'

let cloud: TestCompute
beforeAll(async () => {
  cloud = await startCompute({ settings: { simulated: { memory_mb: 4096, vcpus: 4, disk_gb: 40 } } })
  await makeFlavor(cloud)
  const server = { name: 'web', imageRef: testImage, flavorRef: '1' }
  await cloud.compute('POST', '/v2.1/servers', { token: 'member', body: { server } })
  await cloud.idle()
})
afterAll(() => cloud.stop())

const get = (path: string, token = 'admin') => cloud.compute('GET', `/v2.1/os-hosts${path}`, { token })

describe('hosts', () => {
  it('are listed with their services that are enabled', async () => {
    const { body } = await get('?service=compute')
    expect(body).toEqual({ hosts: [{ host_name: 'sim-1', service: 'compute', zone: 'nova' }] })
    expect((await get('?zone=internal')).body).toMatchObject({
      hosts: expect.arrayContaining([expect.objectContaining({ service: 'scheduler', zone: 'internal' })]),
    })
    expect((await get('?zone=nowhere')).body).toEqual({ hosts: [] })
    expect((await get('', 'member')).status).toBe(403)
    const newer = await cloud.compute('GET', '/v2.1/os-hosts', { headers: version('2.43') })
    expect(newer.status).toBe(404)
  })

  it('show what they have, and who takes it', async () => {
    const { body } = await get('/sim-1')
    const part = (project: unknown, cpu: number, memory_mb: number, disk_gb: number) => ({
      resource: { host: 'sim-1', project, cpu, memory_mb, disk_gb },
    })
    expect(body).toEqual({
      host: [
        part('(total)', 4, 4096, 40),
        part('(used_now)', 1, 512 + 64, 1),
        part('(used_max)', 1, 64, 1),
        part(expect.not.stringContaining('('), 1, 64, 1),
      ],
    })
    expect(await get('/elsewhere')).toMatchObject({
      status: 404,
      body: { itemNotFound: { message: 'Compute host elsewhere could not be found.' } },
    })
  })
})
