// Several controllers with one database, each with files of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConfig } from '#platform/config.ts'
import { createRuntime } from '#platform/runtime.ts'
import { type Client, createClient } from '#platform/testing/api.ts'
import { openTestEngines, type TestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { createImage } from '../../service.ts'
import { BYTES, DATA, fieldsOf, filesBelow } from '../../testing/images.ts'

type Controller = {
  readonly url: string
  readonly client: Client
  readonly files: (directory: string) => string[]
  /** Waits until no work is in flight, and nothing is fetched. */
  readonly idle: () => Promise<void>
  readonly stop: () => Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

const startController = async (engines: TestEngines): Promise<Controller> => {
  const state = mkdtempSync(join(tmpdir(), 'controller-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = createConfig(state, {
    listen: '127.0.0.1',
    log_level: 'silent',
    metrics_port: 0,
    ports: { image: port },
    worker_self_reference_url: url,
    image_cache_dir: join(state, 'cache'),
  })
  const runtime = createRuntime({ ...engines, config, db: await engines.connect() }, { retryDelaysMs: [1] })
  const image = createImage(runtime.platform)
  await runtime.start([image.service], authenticatePersona)
  return {
    url,
    client: createClient(url, 'member'),
    files: (directory) => filesBelow(state, directory),
    idle: async () => {
      await runtime.platform.work.idle()
      await image.cache.idle()
    },
    stop: async () => {
      await runtime.stop()
      rmSync(state, { recursive: true })
    },
  }
}

let engines: TestEngines
let first: Controller
let second: Controller
beforeAll(async () => {
  engines = await openTestEngines()
  first = await startController(engines)
  second = await startController(engines)
})
afterAll(async () => {
  await first.stop()
  await second.stop()
  await engines.close()
})

const create = async ({ client }: Controller): Promise<string> => {
  const body = { disk_format: 'raw', container_format: 'bare' }
  return String(fieldsOf(await client('POST', '/v2/images', { body }))['id'])
}
const stagedAt = async (controller: Controller): Promise<string> => {
  const id = await create(controller)
  const sent = await controller.client('PUT', `/v2/images/${id}/stage`, { body: DATA, headers: BYTES })
  expect(sent.status).toBe(204)
  return id
}
const importAt = ({ client }: Controller, id: string) =>
  client('POST', `/v2/images/${id}/import`, {
    body: { method: { name: 'glance-direct' } },
    headers: { accept: 'application/json' },
  })
const show = async ({ client }: Controller, id: string) => fieldsOf(await client('GET', `/v2/images/${id}`))

describe('staged data', () => {
  it('is imported by the controller that has it, whichever is asked', async () => {
    const id = await stagedAt(first)
    expect(await show(second, id)).not.toHaveProperty('os_glance_stage_host')
    expect((await importAt(second, id)).status).toBe(202)
    await first.idle()
    expect(await show(second, id)).toMatchObject({ status: 'active', size: DATA.length })
    expect([first.files('images-staging'), first.files('images'), second.files('images')]).toEqual([[], [id], []])
  })

  it('goes with its image, whichever controller deletes that', async () => {
    const id = await stagedAt(first)
    expect(first.files('images-staging')).toEqual([id])
    expect((await second.client('DELETE', `/v2/images/${id}`)).status).toBe(204)
    await expect.poll(() => first.files('images-staging')).toEqual([])
    expect((await first.client('GET', `/v2/images/${id}`)).status).toBe(404)
  })

  it('the other controller has the last word', async () => {
    const id = await stagedAt(first)
    await first.client('PATCH', `/v2/images/${id}`, {
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      body: JSON.stringify([{ op: 'replace', path: '/protected', value: true }]),
    })
    expect((await second.client('DELETE', `/v2/images/${id}`)).status).toBe(403)
    expect(first.files('images-staging')).toEqual([id])
  })

  it('cannot be imported while its controller is away; its image can be deleted', async () => {
    const third = await startController(engines)
    const id = await stagedAt(third)
    await third.stop()
    const { status, body } = await importAt(second, id)
    expect(status).toBe(504)
    expect(body).toMatchObject({
      code: '504 Gateway Timeout',
      message: expect.stringContaining('Stage host is unavailable'),
    })
    expect(await show(second, id)).toMatchObject({ status: 'uploading' })
    expect((await second.client('DELETE', `/v2/images/${id}`)).status).toBe(204)
    expect((await second.client('GET', `/v2/images/${id}`)).status).toBe(404)
  })
})

it('controllers tell each other which images they have in their caches', async () => {
  const id = await create(first)
  await first.client('PUT', `/v2/images/${id}/file`, { body: DATA, headers: BYTES })
  const nodes = async ({ client }: Controller) =>
    (await client('GET', `/v2/cache/nodes/${id}`, { token: 'admin' })).body
  const queue = (controller: Controller) => controller.client('PUT', `/v2/cache/${id}`, { token: 'admin' })
  expect(await nodes(second)).toEqual([])
  expect((await queue(first)).status).toBe(202)
  await first.idle()
  expect([await nodes(first), await nodes(second)]).toEqual([[first.url], [first.url]])
  await first.client('DELETE', `/v2/cache/${id}`, { token: 'admin' })
  expect(await nodes(second)).toEqual([])
  expect((await second.client('GET', `/v2/cache/nodes/${id}`)).status).toBe(403)
  const missing = '/v2/cache/nodes/9ff10d8f-4a1a-4dd8-8a9b-2d0eb5b6f4a0'
  expect((await second.client('GET', missing, { token: 'admin' })).status).toBe(404)
})
