import { expect, it } from 'vitest'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { createClient } from '#platform/testing/api.ts'
import { openTestEngines } from '#platform/testing/engines.ts'
import { failEachStep, killAtEachStep, killAtEachUndo, type OpenTrial } from '#platform/testing/sagas.ts'
import type { Saga } from '#platform/work/saga.ts'
import { createRuntime } from '#platform/runtime.ts'
import { createImage } from '../service.ts'
import { BYTES, DATA, fieldsOf, filesBelow } from '../testing/images.ts'

const openTrial: OpenTrial = async (interfere) => {
  const engines = await openTestEngines()
  const begin = async () => {
    const runtime = createRuntime(engines, { interfere, retryDelaysMs: [1] })
    await runtime.start([createImage(runtime.platform).service], authenticatePersona)
    return runtime
  }
  let runtime = await begin()
  const client = (method: string, path: string, options = {}) =>
    createClient(runtime.urlOf('image'), 'admin')(method, path, options)
  let id = ''
  const files = (): string[] => [
    ...filesBelow(engines.config.state, 'images'),
    ...filesBelow(engines.config.state, 'images-staging'),
  ]
  const show = async () => fieldsOf(await client('GET', `/v2/images/${id}`))
  return {
    run: async () => {
      id = String(
        fieldsOf(await client('POST', '/v2/images', { body: { disk_format: 'raw', container_format: 'bare' } }))['id'],
      )
      await client('PUT', `/v2/images/${id}/stage`, { body: DATA, headers: BYTES })
      const answer = await client('POST', `/v2/images/${id}/import`, { body: { method: { name: 'glance-direct' } } })
      expect(answer.status).toBe(202)
      await runtime.platform.work.idle()
    },
    restart: async () => {
      await runtime.stop()
      await engines.db.write.updateTable('work_sagas').set({ lease_until: 0 }).execute()
      runtime = await begin()
      await runtime.platform.work.idle()
    },
    expectDone: async () => {
      expect(await show()).toMatchObject({ status: 'active', size: DATA.length, stores: 'file' })
      expect(files()).toEqual([id])
    },
    expectUndone: async () => {
      const image = await show()
      expect(image).toMatchObject({ status: 'queued', size: null, os_glance_failed_import: 'file' })
      expect(image).not.toHaveProperty('os_glance_import_task')
      expect(files()).toEqual([])
      expect((await client('GET', `/v2/images/${id}/tasks`)).body).toMatchObject({ tasks: [{ status: 'failure' }] })
    },
    close: async () => {
      await runtime.stop()
      await engines.close()
    },
  }
}

const withSaga = async (check: (saga: Saga) => Promise<void>): Promise<void> => {
  const engines = await openTestEngines()
  const [saga] = createImage(createRuntime(engines).platform).service.sagas
  await engines.close()
  if (saga === undefined) throw new Error('the image service has no saga')
  await check(saga)
}

it('an import that fails in any step is taken back', () => withSaga((saga) => failEachStep(saga, openTrial)))
it('an import that is killed in any step goes on', () => withSaga((saga) => killAtEachStep(saga, openTrial)))
it('an import that is killed while it is undone is undone', () => withSaga((saga) => killAtEachUndo(saga, openTrial)))
