// What only a whole cloud shows: an image comes slowly, and goes while servers boot from it.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRuntime, type Runtime } from '#platform/runtime.ts'
import { type Answer, createClient } from '#platform/testing/api.ts'
import { openTestEngines, type TestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { type Interference, Killed } from '#platform/work/work.ts'
import { type Cloud, createCloud } from './cloud.ts'

const DATA = Buffer.alloc(3 * 1024 * 1024, 'bytes of a disk')
const KEPT_MS = 600_000

let now: number
let engines: TestEngines
let runtime: Runtime
let cloud: Cloud

const call = (type: string, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
  createClient(runtime.urlOf(type), 'admin')(method, path, { body, headers })
const idIn = ({ body }: Answer): string => /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
const begin = async (interfere: Interference = () => undefined): Promise<void> => {
  runtime = createRuntime(engines, { retryDelaysMs: [1], interfere })
  cloud = createCloud(runtime.platform, runtime.context)
  await runtime.start(cloud.services, authenticatePersona)
}
const audit = async (): Promise<unknown> => cloud.operator['doctor.audit']?.(null)
/** Every object of the image service's directories. */
const files = (): string[] =>
  ['images', 'images-boot', 'images-staging']
    .map((name) => join(engines.config.state, name))
    .flatMap((path) => (existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : []))
    .filter((name) => name !== '.incoming')

const held: ServerResponse[] = []
const far = createServer((_request, response) => void held.push(response))

beforeEach(async () => {
  now = Date.now()
  await new Promise<void>((resolve) => void far.listen(0, '127.0.0.1', resolve))
  engines = await openTestEngines(
    {
      hypervisor: 'simulated',
      network: 'simulated',
      show_multiple_locations: true,
      image_stores: { web: { type: 'http' } },
      web_download_hosts: [farHost()],
    },
    { now: () => now },
  )
})
afterEach(async () => {
  await runtime.stop()
  await engines.close()
  far.closeAllConnections()
  await new Promise((resolve) => far.close(resolve))
})

const farHost = (): string => {
  const address = far.address()
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

const newImage = async (): Promise<string> =>
  idIn(await call('image', 'POST', '/v2/images', { disk_format: 'raw', container_format: 'bare' }))

const uploaded = async (): Promise<string> => {
  const id = await newImage()
  const bytes = { 'content-type': 'application/octet-stream' }
  expect((await call('image', 'PUT', `/v2/images/${id}/file`, DATA, bytes)).status).toBe(204)
  return id
}

/** An image whose data is on a web server that sends nothing until it is told to. */
const farAway = async (): Promise<string> => {
  const id = await newImage()
  const hex = (algorithm: string) => createHash(algorithm).update(DATA).digest('hex')
  const validation_data = { checksum: hex('md5'), os_hash_algo: 'sha512', os_hash_value: hex('sha512') }
  const value = { url: `http://${farHost()}/disk`, metadata: {}, validation_data }
  const patch = { 'content-type': 'application/openstack-images-v2.1-json-patch' }
  const changes = JSON.stringify([{ op: 'add', path: '/locations/-', value }])
  const added = call('image', 'PATCH', `/v2/images/${id}`, changes, patch)
  // It is asked how large the data is.
  const response = await asked()
  response.writeHead(200, { 'content-length': DATA.length }).end()
  expect((await added).status).toBe(200)
  return id
}
const asked = async (): Promise<ServerResponse> => {
  await expect.poll(() => held.length).toBe(1)
  const response = held.pop()
  if (response === undefined) throw new Error('nobody asked')
  return response
}

const boot = async (imageId: string): Promise<Answer> => {
  const network = idIn(await call('network', 'POST', '/v2.0/networks', { network: {} }))
  await call('network', 'POST', '/v2.0/subnets', {
    subnet: { network_id: network, ip_version: 4, cidr: '10.1.0.0/24' },
  })
  await call('compute', 'POST', '/v2.1/flavors', { flavor: { id: '1', name: 'nano', ram: 64, vcpus: 1, disk: 1 } })
  const server = { name: 'web', imageRef: imageId, flavorRef: '1', networks: [{ uuid: network }] }
  return call('compute', 'POST', '/v2.1/servers', { server })
}
const serverOf = async (id: string): Promise<unknown> => (await call('compute', 'GET', `/v2.1/servers/${id}`)).body
const drop = async (image: string): Promise<number> => (await call('image', 'DELETE', `/v2/images/${image}`)).status

it('an image is as new as the end of its upload', async () => {
  await begin()
  const id = await newImage()
  const seen = async () => (await call('image', 'GET', `/v2/images/${id}`)).body
  const hour = 3_600_000
  async function* slowly() {
    yield DATA.subarray(0, 1000)
    await expect.poll(seen).toMatchObject({ status: 'saving' })
    now += hour
    yield DATA.subarray(1000)
  }
  const begun = now
  const sent = await fetch(`${runtime.urlOf('image')}/v2/images/${id}/file`, {
    method: 'PUT',
    headers: { 'x-auth-token': 'admin', 'content-type': 'application/octet-stream' },
    body: ReadableStream.from(slowly()),
    duplex: 'half',
  })
  expect(sent.status).toBe(204)
  const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '')
  expect(await seen()).toMatchObject({ status: 'active', created_at: iso(begun), updated_at: iso(begun + hour) })
})

describe('an image that is deleted', () => {
  it('before its server has it: the server is in error, says why, and holds nothing', async () => {
    await begin((saga, step, phase) => {
      if (saga === 'compute.servers.create' && step === 'spawn' && phase === 'do') throw new Killed()
    })
    const image = await uploaded()
    const server = idIn(await boot(image))
    await runtime.platform.work.idle()
    expect(await serverOf(server)).toMatchObject({ server: { status: 'BUILD' } })
    expect(await drop(image)).toBe(204)
    await runtime.stop()
    await engines.db.write.updateTable('work_sagas').set({ lease_until: 0 }).execute()
    await begin()
    await runtime.platform.work.idle()
    expect(await serverOf(server)).toMatchObject({
      server: { status: 'ERROR', fault: { message: expect.stringContaining(`Image ${image} could not be found.`) } },
    })
    expect(await audit()).toEqual({ healed: [], left: [] })
    expect(files()).toEqual([])
    const ports = await call('network', 'GET', `/v2.0/ports?device_id=${server}`)
    expect(ports.body).toEqual({ ports: [] })
    const claims = await call('placement', 'GET', `/allocations/${server}`)
    expect(claims.body).toEqual({ allocations: {} })
    expect((await call('compute', 'DELETE', `/v2.1/servers/${server}`)).status).toBe(204)
  })

  it('while its bytes come: the server gets them all, and the copy goes later', async () => {
    await begin()
    const image = await farAway()
    const server = idIn(await boot(image))
    const response = await asked()
    response.writeHead(200, { 'content-length': DATA.length }).write(DATA.subarray(0, 100_000))
    expect(await drop(image)).toBe(204)
    response.end(DATA.subarray(100_000))
    await runtime.platform.work.idle()
    expect(await serverOf(server)).toMatchObject({ server: { status: 'ACTIVE', image: { id: image } } })
    expect(files()).toEqual([image])
    now += KEPT_MS + 1
    const tidy = cloud.services.flatMap(({ reconcilers }) => reconcilers)
    await tidy.find(({ name }) => name === 'image.stalled-uploads')?.run(runtime.context())
    expect(files()).toEqual([])
  })

  it('afterwards: the server lives on, and no other begins', async () => {
    await begin()
    const image = await uploaded()
    const server = idIn(await boot(image))
    await runtime.platform.work.idle()
    expect(await drop(image)).toBe(204)
    expect(files()).toEqual([])
    const reboot = await call('compute', 'POST', `/v2.1/servers/${server}/action`, { reboot: { type: 'HARD' } })
    expect(reboot.status).toBe(202)
    await runtime.platform.work.idle()
    expect(await serverOf(server)).toMatchObject({ server: { status: 'ACTIVE', image: { id: image } } })
    expect(await boot(image)).toMatchObject({
      status: 400,
      body: { badRequest: { message: 'Can not find requested image' } },
    })
    expect((await call('compute', 'DELETE', `/v2.1/servers/${server}`)).status).toBe(204)
    await runtime.platform.work.idle()
    expect(await audit()).toEqual({ healed: [], left: [] })
  })
})
