import { createServer, type Server } from 'node:http'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failEachStep, killAtEachStep, killAtEachUndo, type OpenTrial } from '#platform/testing/sagas.ts'
import type { Saga } from '#platform/work/saga.ts'
import { DATA, fieldsOf } from '../testing/images.ts'
import { startImageWorld, withImageSaga } from '../testing/world.ts'

const sha512 = createHash('sha512').update(DATA).digest('hex')

let server: Server
let host: string
beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(200, { 'content-length': DATA.length }).end(DATA))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const settings = () => ({ web_download_hosts: [host], image_stores: { web: { type: 'http' } } })

const trial: OpenTrial = async (interfere) => {
  const { client, idle, restart, stop } = await startImageWorld(settings(), interfere)
  let id = ''
  const show = async () => fieldsOf(await client('GET', `/v2/images/${id}`))
  return {
    run: async () => {
      const made = await client('POST', '/v2/images', { body: { disk_format: 'raw', container_format: 'bare' } })
      id = String(fieldsOf(made)['id'])
      const body = { url: `http://${host}/x`, validation_data: { os_hash_algo: 'sha512', os_hash_value: sha512 } }
      expect((await client('POST', `/v2/images/${id}/locations`, { body })).status).toBe(202)
      await idle()
    },
    restart,
    expectDone: async () => {
      const image = await show()
      expect(image).toMatchObject({ status: 'active', stores: 'web', size: DATA.length, os_hash_value: sha512 })
      expect(image).not.toHaveProperty('os_glance_import_task')
    },
    expectUndone: async () => {
      const image = await show()
      expect(image).toMatchObject({ status: 'queued', size: null, os_hash_value: null })
      expect(image).not.toHaveProperty('stores')
      expect(image).not.toHaveProperty('os_glance_import_task')
      expect((await client('GET', `/v2/images/${id}/tasks`)).body).toMatchObject({ tasks: [{ status: 'failure' }] })
    },
    close: stop,
  }
}

const withSaga = (check: (saga: Saga) => Promise<void>): Promise<void> => withImageSaga('image.add-location', check)

it('a location whose adding fails in any step is taken back', () => withSaga((saga) => failEachStep(saga, trial)))
it('adding a location goes on where it was killed', () => withSaga((saga) => killAtEachStep(saga, trial)))
it('a killed undoing of a location is finished', () => withSaga((saga) => killAtEachUndo(saga, trial)))
