import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Broker, rabbitmqProgram, startBroker } from '#platform/testing/rabbitmq.ts'
import { startIdentity } from '../testing/identity.ts'

/** What OpenStack's own consumers are made of: a line of JSON for each notification. */
const listener = `
import json, sys
import oslo_messaging
from oslo_config import cfg
class Endpoint:
    def info(self, ctxt, publisher_id, event_type, payload, metadata):
        print(json.dumps([publisher_id, event_type, payload, metadata]), flush=True)
conf = cfg.ConfigOpts()
conf([])
transport = oslo_messaging.get_notification_transport(conf, url=sys.argv[1])
target = oslo_messaging.Target(exchange='keystone', topic='notifications')
server = oslo_messaging.get_notification_listener(transport, [target], [Endpoint()], executor='threading')
server.start()
print('ready', flush=True)
server.wait()
`

describe.skipIf(!existsSync(rabbitmqProgram))('audit events on RabbitMQ', () => {
  let broker: Broker
  beforeAll(async () => {
    broker = await startBroker()
  }, 150_000)
  afterAll(() => broker.stop())

  it('are read by oslo.messaging, as those of Keystone', async () => {
    const url = `${broker.url.replace('amqp:', 'rabbit:')}/`
    const consumer = spawn('/usr/bin/python3', ['-c', listener, url], { stdio: ['ignore', 'pipe', 'ignore'] })
    const lines: string[] = []
    createInterface({ input: consumer.stdout }).on('line', (line) => lines.push(line))
    const identity = await startIdentity({ bus: broker.url, audit: { file: '' } })
    const until = async (wanted: RegExp) => {
      for (let tries = 0; tries < 300; tries += 1) {
        const line = lines.find((text) => wanted.test(text))
        if (line !== undefined) return line
        await sleep(100)
      }
      throw new Error(`nothing like ${String(wanted)} in ${lines.join('\n')}`)
    }
    try {
      await until(/^ready$/)
      await identity.admin('POST', '/v3/groups', { group: { name: 'watchers' } })
      const [publisher, event, payload, metadata]: unknown[] = JSON.parse(await until(/identity\.group\.created/))
      expect(publisher).toMatch(/^identity\./)
      expect(event).toBe('identity.group.created')
      expect(payload).toMatchObject({
        typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
        action: 'created.group',
        outcome: 'success',
        initiator: { username: 'admin' },
      })
      expect(metadata).toMatchObject({ message_id: expect.any(String), timestamp: expect.any(String) })
    } finally {
      await identity.stop()
      consumer.kill()
    }
  })
})
