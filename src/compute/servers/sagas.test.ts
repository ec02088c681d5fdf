import { describe, expect, it } from 'vitest'
import { failEachStep, killAtEachStep, killAtEachUndo, type OpenTrial } from '#platform/testing/sagas.ts'
import { makeFlavor, startCompute, type TestCompute, version } from '../testing/cloud.ts'
import { createFakeDoors, testImage, testNetwork } from '../testing/doors.ts'
import { createHosts } from '../hosts.ts'
import { createServersSaga } from './sagas/create.ts'
import { deleteServerSaga } from './sagas/delete.ts'
import { attachSaga, detachSaga } from './sagas/interfaces.ts'
import { powerSaga } from './sagas/power.ts'
import { createConfig } from '#platform/config.ts'
import { createRuntime } from '#platform/runtime.ts'
import { openTestEngines } from '#platform/testing/engines.ts'

const boot = async (cloud: TestCompute): Promise<void> => {
  const { compute } = cloud
  await makeFlavor(cloud)
  const made = await compute('POST', '/v2.1/servers', {
    headers: version('2.37'),
    body: { server: { name: 'web', imageRef: testImage, flavorRef: '1', networks: 'auto' } },
  })
  expect(made.status).toBe(202)
}
const servers = async ({ compute }: TestCompute): Promise<unknown> =>
  (await compute('GET', '/v2.1/servers/detail')).body
const nothingLeft = ({ doors }: TestCompute) => expect([...doors.claims, ...doors.ports]).toEqual([])

const createTrial: OpenTrial = async (interfere) => {
  const cloud = await startCompute({ interfere })
  return {
    run: async () => {
      await boot(cloud)
      await cloud.idle()
    },
    restart: async () => {
      await cloud.restart()
      await cloud.idle()
    },
    expectDone: async () => {
      expect(await servers(cloud)).toMatchObject({ servers: [{ status: 'ACTIVE', 'OS-EXT-STS:power_state': 1 }] })
      expect([cloud.doors.claims.size, cloud.doors.ports.size]).toEqual([1, 1])
    },
    expectUndone: async () => {
      expect(await servers(cloud)).toMatchObject({
        servers: [{ status: 'ERROR', addresses: {}, fault: { message: expect.any(String) } }],
      })
      nothingLeft(cloud)
    },
    close: cloud.stop,
  }
}

const deleteTrial: OpenTrial = async (interfere) => {
  const cloud = await startCompute({ interfere })
  return {
    run: async () => {
      await boot(cloud)
      await cloud.idle()
      const { body } = await cloud.compute('GET', '/v2.1/servers')
      const id = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
      expect((await cloud.compute('DELETE', `/v2.1/servers/${id}`)).status).toBe(204)
      await cloud.idle()
    },
    restart: async () => {
      await cloud.restart()
      await cloud.idle()
    },
    expectDone: async () => {
      expect(await servers(cloud)).toEqual({ servers: [] })
      nothingLeft(cloud)
    },
    expectUndone: async () => {
      expect(await servers(cloud)).toMatchObject({ servers: [{ status: 'ERROR' }] })
    },
    close: cloud.stop,
  }
}

const serverId = async ({ compute }: TestCompute): Promise<string> => {
  const { body } = await compute('GET', '/v2.1/servers')
  return /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
}

/** A saga of a server that runs: `begin` asks for it, and both ends are told by how many ports and in what state the server is. */
const runningTrial =
  (
    begin: (cloud: TestCompute, id: string) => Promise<unknown>,
    done: { readonly status: string; readonly ports: number },
    undone: { readonly status: string; readonly ports: number },
  ): OpenTrial =>
  async (interfere) => {
    const cloud = await startCompute({ interfere })
    const expectNow = async ({ status, ports }: typeof done) => {
      expect(await servers(cloud)).toMatchObject({ servers: [{ status, 'OS-EXT-STS:task_state': null }] })
      expect(cloud.doors.ports.size).toBe(ports)
      const { body } = await cloud.compute('GET', `/v2.1/servers/${await serverId(cloud)}/os-instance-actions`)
      expect(body).toMatchObject({ instanceActions: [{}, { action: 'create' }] })
    }
    return {
      run: async () => {
        await boot(cloud)
        await cloud.idle()
        await begin(cloud, await serverId(cloud))
        await cloud.idle()
      },
      restart: async () => {
        await cloud.restart()
        await cloud.idle()
      },
      expectDone: () => expectNow(done),
      expectUndone: () => expectNow(undone),
      close: cloud.stop,
    }
  }

const stopTrial = runningTrial(
  ({ compute }, id) => compute('POST', `/v2.1/servers/${id}/action`, { body: { 'os-stop': null } }),
  { status: 'SHUTOFF', ports: 1 },
  { status: 'ACTIVE', ports: 1 },
)
const plug = ({ compute }: TestCompute, id: string) =>
  compute('POST', `/v2.1/servers/${id}/os-interface`, { body: { interfaceAttachment: { net_id: testNetwork } } })
const attachTrial = runningTrial(plug, { status: 'ACTIVE', ports: 2 }, { status: 'ACTIVE', ports: 1 })
const detachTrial = runningTrial(
  ({ compute, doors }, id) => compute('DELETE', `/v2.1/servers/${id}/os-interface/${[...doors.ports.keys()][0] ?? ''}`),
  { status: 'ACTIVE', ports: 0 },
  { status: 'ACTIVE', ports: 1 },
)

const withSagas = async <T>(
  use: (sagas: {
    create: ReturnType<typeof createServersSaga>
    remove: ReturnType<typeof deleteServerSaga>
    power: ReturnType<typeof powerSaga>
    attach: ReturnType<typeof attachSaga>
    detach: ReturnType<typeof detachSaga>
  }) => Promise<T>,
): Promise<T> => {
  const engines = await openTestEngines()
  try {
    const { platform } = createRuntime({ ...engines, config: createConfig(engines.config.state, {}) })
    const doors = createFakeDoors()
    const hosts = createHosts(platform)
    return await use({
      create: createServersSaga(doors, hosts),
      remove: deleteServerSaga(doors, hosts),
      power: powerSaga(doors, hosts),
      attach: attachSaga(doors, hosts),
      detach: detachSaga(doors, hosts),
    })
  } finally {
    await engines.close()
  }
}

describe('building a server', () => {
  it('leaves nothing behind when a step fails', () => withSagas(({ create }) => failEachStep(create, createTrial)))
  it('goes on where a killed process was', () => withSagas(({ create }) => killAtEachStep(create, createTrial)))
  it('goes on undoing where a killed process was', () => withSagas(({ create }) => killAtEachUndo(create, createTrial)))

  it('says why no host would do', async () => {
    const cloud = await startCompute({ settings: { simulated: { memory_mb: 512 } } })
    await boot(cloud)
    await cloud.idle()
    expect(await servers(cloud)).toMatchObject({
      servers: [
        {
          status: 'ERROR',
          fault: {
            code: 500,
            message: 'No valid host was found. There are not enough hosts available.',
            details: expect.stringContaining('placement 0'),
          },
        },
      ],
    })
    nothingLeft(cloud)
    await cloud.stop()
  })

  it('is stopped by a deletion that comes in between', async () => {
    let remove = async () => {}
    const cloud = await startCompute({
      interfere: (_saga, step, phase) => {
        if (step === 'ports' && phase === 'do') void remove()
      },
    })
    remove = async () => {
      remove = async () => {}
      const { body } = await cloud.compute('GET', '/v2.1/servers')
      await cloud.compute('DELETE', `/v2.1/servers/${/"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''}`)
    }
    await boot(cloud)
    await expect.poll(() => servers(cloud)).toEqual({ servers: [] })
    await cloud.idle()
    nothingLeft(cloud)
    await cloud.stop()
  })
})

describe('deleting a server', () => {
  it('goes on where a killed process was', () => withSagas(({ remove }) => killAtEachStep(remove, deleteTrial)))
})

describe('stopping a server', () => {
  it('leaves it as it was when it fails', () => withSagas(({ power }) => failEachStep(power, stopTrial)))
  it('goes on where a killed process was', () => withSagas(({ power }) => killAtEachStep(power, stopTrial)))
})

describe('plugging a card in', () => {
  it('leaves nothing behind when a step fails', () => withSagas(({ attach }) => failEachStep(attach, attachTrial)))
  it('goes on where a killed process was', () => withSagas(({ attach }) => killAtEachStep(attach, attachTrial)))
  it('goes on undoing where a killed process was', () => withSagas(({ attach }) => killAtEachUndo(attach, attachTrial)))
})

describe('unplugging a card', () => {
  it('goes on where a killed process was', () => withSagas(({ detach }) => killAtEachStep(detach, detachTrial)))
})
