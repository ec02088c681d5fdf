import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeFlavor, startCompute, type TestCompute } from '../testing/cloud.ts'
import { testImage, testNetwork } from '../testing/doors.ts'
import { explainServer } from './explain.ts'

let cloud: TestCompute
beforeAll(async () => {
  cloud = await startCompute()
  await makeFlavor(cloud)
})
afterAll(() => cloud.stop())

const build = async (server: object) => {
  const { body } = await cloud.compute('POST', '/v2.1/servers', {
    body: {
      server: { name: 'web', imageRef: testImage, flavorRef: '1', networks: [{ uuid: testNetwork }], ...server },
    },
  })
  await cloud.idle()
  return explainServer(cloud.ctx(), /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '')
}

it('tells what each filter left, and the best of the hosts', async () => {
  expect(await build({})).toMatchObject([
    {
      result: 'Success',
      host: 'sim-1',
      decision: {
        trail: [{ step: 'placement' }, { step: 'ComputeFilter' }, { step: 'AvailabilityZoneFilter' }, {}, {}],
        best: [{ host: 'sim-1', freeMb: expect.any(Number) }],
      },
      reason: null,
    },
  ])
})

it('tells which filter left no host', async () => {
  const [attempt] = await build({ availability_zone: 'nova:nowhere' })
  expect(attempt).toMatchObject({
    result: 'Error',
    host: null,
    decision: null,
    reason: expect.stringContaining('placement 1, ComputeFilter 1, AvailabilityZoneFilter 1, requested host 0'),
  })
})

it('knows nothing of a server that never was', async () => {
  expect(await explainServer(cloud.ctx(), 'none')).toEqual([])
})
