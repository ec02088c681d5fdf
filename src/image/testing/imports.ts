// The world that the tests of the saga of imports watch: one image, staged and imported, whatever its controller suffers.
import { expect } from 'vitest'
import type { OpenTrial } from '#platform/testing/sagas.ts'
import type { Saga } from '#platform/work/saga.ts'
import { BYTES, fieldsOf, filesBelow } from './images.ts'
import { startImageWorld, withImageSaga } from './world.ts'

/** What is imported, and what the image is after success. */
export type ImportTrial = {
  readonly settings: Readonly<Record<string, unknown>>
  readonly format: string
  readonly data: Uint8Array
  readonly done: Readonly<Record<string, unknown>>
}

/** Makes the world anew for every trial. */
export const importTrial =
  ({ settings, format, data, done }: ImportTrial): OpenTrial =>
  async (interfere) => {
    const { engines, client, idle, restart, stop } = await startImageWorld(settings, interfere)
    let id = ''
    const files = (): string[] => [
      ...filesBelow(engines.config.state, 'images'),
      ...filesBelow(engines.config.state, 'images-staging'),
    ]
    const show = async () => fieldsOf(await client('GET', `/v2/images/${id}`))
    return {
      run: async () => {
        id = String(
          fieldsOf(await client('POST', '/v2/images', { body: { disk_format: format, container_format: 'bare' } }))[
            'id'
          ],
        )
        await client('PUT', `/v2/images/${id}/stage`, { body: data, headers: BYTES })
        const answer = await client('POST', `/v2/images/${id}/import`, { body: { method: { name: 'glance-direct' } } })
        expect(answer.status).toBe(202)
        await idle()
      },
      restart,
      expectDone: async () => {
        expect(await show()).toMatchObject({ status: 'active', stores: 'file', ...done })
        expect(files()).toEqual([id])
      },
      expectUndone: async () => {
        const image = await show()
        expect(image).toMatchObject({
          status: 'queued',
          size: null,
          disk_format: format,
          os_glance_failed_import: 'file',
        })
        expect(image).not.toHaveProperty('os_glance_import_task')
        expect(image).not.toHaveProperty('injected')
        expect(files()).toEqual([])
        expect((await client('GET', `/v2/images/${id}/tasks`)).body).toMatchObject({ tasks: [{ status: 'failure' }] })
      },
      close: stop,
    }
  }

/** The saga of imports, for what needs no more than its steps. */
export const withImportSaga = (check: (saga: Saga) => Promise<void>): Promise<void> =>
  withImageSaga('image.import', check)
