// Notifications on RabbitMQ in the form of oslo.messaging (version 2.0), which consumers of OpenStack's events read: Ceilometer, Panko and
// others. At most once: what cannot be sent is lost, and said so in the log.
import { Connection } from 'rabbitmq-client'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'

export type Notifications = {
  readonly write: (notification: object) => void
  /** Waits a moment for what was sent. */
  readonly close: () => Promise<void>
}

/** What waits for the broker is dropped beyond this many: a broker that is away must not fill the memory. */
const MOST_WAITING = 10_000
const CLOSE_MS = 1000

/**
 * Connects by itself, and again when the connection is lost.
 * @param url amqp://user:password@host:port/vhost
 * @param exchange of the service: `keystone`
 * @param routingKey topic and priority: `notifications.info`
 */
export function openNotifications(url: string, exchange: string, routingKey: string, log: Log): Notifications {
  const connection = new Connection({ url, connectionName: `haneul ${exchange}`, retryLow: 500, retryHigh: 5000 })
  connection.on('error', (error: unknown) => log.warn({ err: messageOf(error) }, 'RabbitMQ'))
  const publisher = connection.createPublisher({ confirm: true, maxAttempts: 1 })
  /**
   * A consumer may have declared it otherwise (durable, say), which is as good; else as oslo.messaging does. Queues are left to
   * consumers: where there is none, a queue would only grow.
   */
  const declare = async (): Promise<void> => {
    const isThere = connection.exchangeDeclare({ exchange, passive: true })
    await isThere.catch(() => connection.exchangeDeclare({ exchange, type: 'topic', durable: false }))
  }
  // What is not durable is gone with the broker.
  let declared: Promise<void> | undefined
  connection.on('connection', () => (declared = undefined))
  const waiting = new Set<Promise<void>>()
  const deliver = async (notification: object): Promise<void> => {
    try {
      declared ??= declare()
      await declared
      const message = { 'oslo.version': '2.0', 'oslo.message': JSON.stringify(notification) }
      await publisher.send({ exchange, routingKey, durable: true, contentEncoding: 'utf-8' }, message)
    } catch (error) {
      declared = undefined
      log.warn({ err: messageOf(error) }, 'a notification was lost')
    }
  }
  return {
    write: (notification) => {
      if (waiting.size >= MOST_WAITING) return
      const delivery = deliver(notification).finally(() => waiting.delete(delivery))
      waiting.add(delivery)
    },
    close: async () => {
      const gracefully = async () => {
        await Promise.all(waiting)
        await publisher.close()
        await connection.close()
      }
      const patience = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([gracefully(), patience])
      connection.unsafeDestroy()
    },
  }
}
