// The embedded bus, agent's side: joins the hub over its unix socket, and joins again whenever the controller was away.
import { createConnection, type Socket } from 'node:net'
import { unavailable } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Bus, defaultTimeoutMs, fromWireError, type Handlers, toWireError } from './bus.ts'
import { type Frame, readFrames, sendFrame } from './frames.ts'
import { pendingCalls } from './pending.ts'

const reconnectMs = 500

/** Connects to the hub at `path`, or keeps trying. Calls made meanwhile fail as `unavailable`. */
export function joinHub(path: string, log: Log): Bus {
  const served = new Map<string, Handlers>()
  const listeners = new Map<string, Set<(message: unknown) => void>>()
  const pending = pendingCalls()
  let socket: Socket | null = null
  let closed = false
  let timer: NodeJS.Timeout | null = null

  const take = (from: Socket, message: Frame): void => {
    if (message.type === 'call') {
      const handler = served.get(message.address)?.[message.method]
      const answer = handler
        ? handler(message.args)
        : Promise.reject(unavailable(`${message.address} has no method ${message.method}`))
      answer.then(
        (result) => sendFrame(from, { type: 'reply', id: message.id, result }),
        (error: unknown) => sendFrame(from, { type: 'reply', id: message.id, error: toWireError(error) }),
      )
    } else if (message.type === 'reply') {
      if (message.error) pending.reject(message.id, fromWireError(message.error))
      else pending.resolve(message.id, message.result)
    } else if (message.type === 'event') {
      for (const listener of listeners.get(message.topic) ?? []) listener(message.message)
    }
  }

  const connect = (): void => {
    const attempt = createConnection(path)
    attempt.on('connect', () => {
      socket = attempt
      for (const address of served.keys()) sendFrame(attempt, { type: 'serve', address })
      for (const topic of listeners.keys()) sendFrame(attempt, { type: 'subscribe', topic })
      log.info({ path }, 'joined the bus')
    })
    readFrames(attempt, (message) => take(attempt, message))
    attempt.on('error', () => attempt.destroy())
    attempt.on('close', () => {
      if (socket === attempt) {
        socket = null
        pending.lost(null)
        if (!closed) log.warn({ path }, 'lost the bus')
      }
      if (!closed) timer = setTimeout(connect, reconnectMs)
    })
  }
  connect()

  return {
    serve: async (address, handlers) => {
      served.set(address, handlers)
      if (socket) sendFrame(socket, { type: 'serve', address })
      return async () => {
        served.delete(address)
        if (socket) sendFrame(socket, { type: 'unserve', address })
      }
    },
    call: async (address, method, args, { timeoutMs = defaultTimeoutMs } = {}) => {
      const to = socket
      if (!to) throw unavailable('the controller cannot be reached')
      return pending.wait(timeoutMs, `${address} ${method}`, to, (id) =>
        sendFrame(to, { type: 'call', id, address, method, args }),
      )
    },
    publish: async (topic, message) => {
      if (socket) sendFrame(socket, { type: 'event', topic, message })
    },
    subscribe: async (topic, listener) => {
      const known = listeners.get(topic)
      if (!known && socket) sendFrame(socket, { type: 'subscribe', topic })
      const set = known ?? new Set()
      listeners.set(topic, set.add(listener))
      return async () => {
        set.delete(listener)
      }
    },
    close: async () => {
      closed = true
      if (timer) clearTimeout(timer)
      socket?.destroy()
    },
  }
}
