import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFlavor, startCompute, type TestCompute, version } from '../testing/cloud.ts'
import { testImage, testNetwork } from '../testing/doors.ts'

/** What every call to a host takes, ms; a timer may be a millisecond early. */
const delay = 40

type Event = { event: string; result: string; start_time: string; finish_time: string }

let cloud: TestCompute
let id: string
beforeAll(async () => {
  cloud = await startCompute({ settings: { simulated: { delay_ms: delay } } })
  await makeFlavor(cloud)
  const server = { name: 'web', imageRef: testImage, flavorRef: '1', networks: 'auto' }
  const made = await cloud.compute('POST', '/v2.1/servers', { headers: version('2.37'), body: { server } })
  id = /"id":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1] ?? ''
  await cloud.idle()
})
afterAll(() => cloud.stop())

const read = async (path: string): Promise<string> =>
  JSON.stringify((await cloud.compute('GET', path, { headers: version('2.96') })).body)
const eventOf = async (action: string): Promise<Event> => {
  const path = `/v2.1/servers/${id}/os-instance-actions`
  const all: { instanceActions: { action: string; request_id: string }[] } = JSON.parse(await read(path))
  const found = all.instanceActions.find((known) => known.action === action)
  const one: { instanceAction: { events: [Event] } } = JSON.parse(await read(`${path}/${found?.request_id ?? action}`))
  expect(one.instanceAction.events).toHaveLength(1)
  return one.instanceAction.events[0]
}
const lengthOf = ({ start_time, finish_time }: Event): number => Date.parse(finish_time) - Date.parse(start_time)

describe('what was done to a server', () => {
  it('ends when the host has done it, and the server says when it began to run', async () => {
    const event = await eventOf('create')
    expect(event).toMatchObject({ event: 'compute__do_build_and_run_instance', result: 'Success' })
    expect(lengthOf(event)).toBeGreaterThanOrEqual(delay - 1)
    const { body } = await cloud.compute('GET', `/v2.1/servers/${id}`)
    expect(body).toMatchObject({ server: { 'OS-SRV-USG:launched_at': event.finish_time } })
  })

  it('is found by those who ask for what has changed since it began', async () => {
    const begun = new Date().toISOString()
    await cloud.compute('POST', `/v2.1/servers/${id}/action`, { body: { 'os-stop': null } })
    await cloud.idle()
    const event = await eventOf('stop')
    expect(event).toMatchObject({ event: 'compute_stop_instance', result: 'Success' })
    expect(lengthOf(event)).toBeGreaterThanOrEqual(delay - 1)
    const { body } = await cloud.compute('GET', `/v2.1/servers?changes-since=${begun}`)
    expect(body).toMatchObject({ servers: [{ id }] })
    await cloud.compute('POST', `/v2.1/servers/${id}/action`, { body: { 'os-start': null } })
    await cloud.idle()
  })

  it('is of the second that the server shows as that of its change', async () => {
    const one = await cloud.compute('GET', `/v2.1/servers/${id}`)
    const updated = /"updated":"([^"]+)"/.exec(JSON.stringify(one.body))?.[1] ?? ''
    const path = `/v2.1/servers?changes-since=${updated}&changes-before=${updated}`
    const { body } = await cloud.compute('GET', path, { headers: version('2.66') })
    expect(body).toMatchObject({ servers: [{ id }] })
  })

  it('includes the cards that are plugged in and out', async () => {
    const path = `/v2.1/servers/${id}/os-interface`
    const made = await cloud.compute('POST', path, { body: { interfaceAttachment: { net_id: testNetwork } } })
    const port = /"port_id":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1] ?? ''
    expect((await cloud.compute('DELETE', `${path}/${port}`)).status).toBe(202)
    await cloud.idle()
    expect(await eventOf('attach_interface')).toMatchObject({ event: 'compute_attach_interface', result: 'Success' })
    expect(await eventOf('detach_interface')).toMatchObject({ event: 'compute_detach_interface', result: 'Success' })
  })
})
