// The bus on RabbitMQ, for more controllers and hosts than one machine: a queue an address, a topic exchange for events.
import { Connection } from 'rabbitmq-client'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { messageOf, unavailable } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Bus, defaultTimeoutMs, fromWireError, type Handlers, toWireError } from './bus.ts'

const events = 'haneul.events'
/** How long a close waits for what is in flight. */
const closeMs = 1000
const queueOf = (address: string): string => `haneul.${address}`

const callMessage = Type.Object({ method: Type.String(), args: Type.Unknown() })
const replyMessage = Type.Object({
  result: Type.Optional(Type.Unknown()),
  error: Type.Optional(
    Type.Object({ kind: Type.String(), message: Type.String(), code: Type.Optional(Type.String()) }),
  ),
})
type ReplyMessage = Static<typeof replyMessage>

/**
 * Connects to RabbitMQ and stays connected.
 * @param url amqp://user:password@host:port/vhost
 */
export async function connectRabbitmq(url: string, log: Log): Promise<Bus> {
  const connection = new Connection({ url, connectionName: 'haneul', retryLow: 500, retryHigh: 5000 })
  connection.on('error', (error: unknown) => log.warn({ err: messageOf(error) }, 'RabbitMQ'))
  await connection.onConnect(30_000)
  await connection.exchangeDeclare({ exchange: events, type: 'topic', durable: true })
  const publisher = connection.createPublisher({ confirm: true, maxAttempts: 3 })
  // One client a time-out: the library has a single limit for all calls of a client.
  const clients = new Map<number, ReturnType<Connection['createRPCClient']>>()
  const clientFor = (timeoutMs: number) => {
    const known = clients.get(timeoutMs)
    if (known) return known
    const made = connection.createRPCClient({ confirm: true, timeout: timeoutMs })
    clients.set(timeoutMs, made)
    return made
  }

  const consumers = new Set<ReturnType<Connection['createConsumer']>>()
  /** Waits for a consumer to be ready, and gives back how to end it. */
  const joined = async (consumer: ReturnType<Connection['createConsumer']>, what: string) => {
    consumers.add(consumer)
    consumer.on('error', (error: unknown) => log.warn({ err: messageOf(error), what }, 'RabbitMQ consumer'))
    await new Promise((resolve) => consumer.once('ready', () => resolve(null)))
    return async () => {
      consumers.delete(consumer)
      await consumer.close()
    }
  }

  const answer = async (handlers: Handlers, body: unknown): Promise<ReplyMessage> => {
    try {
      if (!Value.Check(callMessage, body)) throw unavailable('not a call of the bus')
      const handler = handlers[body.method]
      if (!handler) throw unavailable(`no such method: ${body.method}`)
      return { result: await handler(body.args) }
    } catch (error) {
      return { error: toWireError(error) }
    }
  }

  return {
    serve: async (address, handlers) => {
      const consumer = connection.createConsumer(
        { queue: queueOf(address), queueOptions: { durable: false, autoDelete: true }, qos: { prefetchCount: 64 } },
        async (message, reply) => {
          await reply(await answer(handlers, message.body))
        },
      )
      return joined(consumer, address)
    },
    call: async (address, method, args, { timeoutMs = defaultTimeoutMs } = {}) => {
      const reply = await clientFor(timeoutMs)
        .send({ routingKey: queueOf(address), mandatory: true }, { method, args })
        .catch((error: unknown) => {
          throw unavailable(`${address} ${method}: ${messageOf(error)}`)
        })
      const body: unknown = reply.body
      if (!Value.Check(replyMessage, body)) throw unavailable(`${address} ${method}: not a reply of the bus`)
      if (body.error) throw fromWireError(body.error)
      return body.result
    },
    publish: (topic, message) => publisher.send({ exchange: events, routingKey: topic }, { message }),
    subscribe: async (topic, listener) => {
      const consumer = connection.createConsumer(
        {
          queueOptions: { exclusive: true, autoDelete: true },
          queueBindings: [{ exchange: events, routingKey: topic }],
          noAck: true,
        },
        async ({ body }) => {
          const content: unknown = body
          if (typeof content === 'object' && content !== null && 'message' in content) listener(content.message)
        },
      )
      return joined(consumer, topic)
    },
    close: async () => {
      const gracefully = async () => {
        await Promise.all([...consumers].map((consumer) => consumer.close()))
        await Promise.all([...clients.values()].map((client) => client.close()))
        await publisher.close()
        await connection.close()
      }
      // A handler that never ends must not keep the program from ending.
      const patience = new Promise((resolve) => setTimeout(resolve, closeMs).unref())
      await Promise.race([gracefully(), patience])
      connection.unsafeDestroy()
    },
  }
}
