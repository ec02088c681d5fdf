import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime, type Runtime } from '#platform/runtime.ts'
import { type Client, createClient } from '#platform/testing/api.ts'
import { openTestEngines, type TestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { serveHypervisor } from '../drivers/remote/driver.ts'
import { createSimulatedHypervisor } from '../drivers/simulated/driver.ts'
import { createCompute } from '../service.ts'
import { version } from '../testing/cloud.ts'
import { createFakeDoors, testImage } from '../testing/doors.ts'

const host = 'host1'
const size = { vcpus: 8, memoryMb: 16_384, diskGb: 100 }
const driver = createSimulatedHypervisor({ host, ...size, delayMs: 0, failureRate: 0, random: () => 1 })
let engines: TestEngines
let runtime: Runtime
let compute: Client
let leave: () => Promise<void>

/** As the agent does every ten seconds. */
const report = async (guests: string): Promise<unknown> =>
  engines.bus.call('compute', 'report', { facts: await driver.facts(), guests })
const statusOf = async (id: string): Promise<unknown> => {
  const { body } = await compute('GET', `/v2.1/servers/${id}`)
  return /"status":"(\w+)"/.exec(JSON.stringify(body))?.[1]
}
const createServer = async (): Promise<string> => {
  const server = { name: 'web', imageRef: testImage, flavorRef: '1', networks: 'auto' }
  const { body } = await compute('POST', '/v2.1/servers', { headers: version('2.37'), body: { server } })
  await runtime.platform.work.idle()
  return /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
}

beforeAll(async () => {
  engines = await openTestEngines({ hypervisor: 'libvirt' })
  runtime = createRuntime(engines, { retryDelaysMs: [1] })
  await runtime.start(
    [createCompute(runtime.platform, createFakeDoors(), runtime.context).service],
    authenticatePersona,
  )
  compute = createClient(runtime.urlOf('compute'), 'admin')
  leave = await serveHypervisor(engines.bus, host, driver)
  await report('none')
  await compute('POST', '/v2.1/flavors', { body: { flavor: { id: '1', name: 'nano', ram: 64, vcpus: 1, disk: 1 } } })
})
afterAll(async () => {
  await runtime.stop()
  await engines.close()
})

describe('what hosts say of their guests', () => {
  it('makes a server SHUTOFF whose guest has ended by itself', async () => {
    const id = await createServer()
    expect(await statusOf(id)).toBe('ACTIVE')
    await report('one runs')
    const [guest] = await driver.list()
    if (guest === undefined) throw new Error('there is no guest')
    await driver.stop(guest, 0)
    await report('one is off')
    await expect.poll(() => statusOf(id)).toBe('SHUTOFF')
    await compute('DELETE', `/v2.1/servers/${id}`)
    await runtime.platform.work.idle()
    expect(await driver.list()).toEqual([])
  })

  it('leaves a server suspended whose guest is off, and sees one that runs again', async () => {
    const id = await createServer()
    await compute('POST', `/v2.1/servers/${id}/action`, { body: { suspend: null } })
    await runtime.platform.work.idle()
    await report('one is off, its memory on the disk')
    const [guest] = await driver.list()
    if (guest === undefined) throw new Error('there is no guest')
    expect(guest.power).toBe('shutdown')
    await runtime.platform.work.idle()
    expect(await statusOf(id)).toBe('SUSPENDED')
    driver.restore([{ ...guest, power: 'running' }])
    await report('one was started by hand')
    await expect.poll(() => statusOf(id)).toBe('ACTIVE')
    await compute('DELETE', `/v2.1/servers/${id}`)
    await runtime.platform.work.idle()
  })

  it('ends the guest of a server that was deleted while its host was away', async () => {
    const id = await createServer()
    await report('one runs')
    await leave()
    expect((await compute('DELETE', `/v2.1/servers/${id}`)).status).toBe(204)
    await runtime.platform.work.idle()
    expect(await statusOf(id)).toBeUndefined()
    expect(await driver.list()).toHaveLength(1)
    leave = await serveHypervisor(engines.bus, host, driver)
    await report('one runs')
    await expect.poll(() => driver.list()).toEqual([])
  })
})
