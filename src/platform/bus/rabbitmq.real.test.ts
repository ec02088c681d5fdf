// The bus on a real RabbitMQ.
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../log.ts'
import { type Broker, rabbitmqProgram, startBroker } from '../testing/rabbitmq.ts'
import { busContract } from './bus.contract.ts'
import { connectRabbitmq } from './rabbitmq.ts'

const log = createLog('silent')

describe.skipIf(!existsSync(rabbitmqProgram))('RabbitMQ', () => {
  let broker: Broker
  beforeAll(async () => {
    broker = await startBroker()
  }, 150_000)
  afterAll(() => broker.stop())

  busContract('RabbitMQ', async () => ({
    controller: await connectRabbitmq(broker.url, log),
    agent: await connectRabbitmq(broker.url, log),
  }))

  it('says so where the broker is away', async () => {
    const bus = await connectRabbitmq(broker.url, log)
    await expect(bus.call('agent.nobody', 'x', null, { timeoutMs: 300 })).rejects.toMatchObject({ kind: 'unavailable' })
    await bus.close()
  })
})
