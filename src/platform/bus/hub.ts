// The embedded bus, controller's side: a hub in this process, and a unix socket where agents join. Only the socket's owner and root may connect.
import { chmod, unlink } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { unavailable } from '../errors.ts'
import { type Bus, defaultTimeoutMs, fromWireError, type Handlers, toWireError } from './bus.ts'
import { type Frame, readFrames, sendFrame } from './frames.ts'
import { pendingCalls } from './pending.ts'

type Server = { readonly handlers: Handlers } | { readonly socket: Socket }

/**
 * Starts the hub.
 * @param path where the unix socket is made; null: in this process only
 */
export async function createHub(path: string | null): Promise<Bus> {
  const servers = new Map<string, Server>()
  const listeners = new Map<string, Set<(message: unknown) => void>>()
  const subscribers = new Map<string, Set<Socket>>()
  const sockets = new Set<Socket>()
  const pending = pendingCalls()

  const call: Bus['call'] = async (address, method, args, { timeoutMs = defaultTimeoutMs } = {}) => {
    const server = servers.get(address)
    if (!server) throw unavailable(`nobody serves ${address}`)
    if ('handlers' in server) {
      const handler = server.handlers[method]
      if (!handler) throw unavailable(`${address} has no method ${method}`)
      return handler(args)
    }
    return pending.wait(timeoutMs, `${address} ${method}`, server.socket, (id) =>
      sendFrame(server.socket, { type: 'call', id, address, method, args }),
    )
  }

  const publish: Bus['publish'] = async (topic, message) => {
    for (const listener of listeners.get(topic) ?? []) listener(message)
    for (const socket of subscribers.get(topic) ?? []) sendFrame(socket, { type: 'event', topic, message })
  }

  const take = (socket: Socket, message: Frame): void => {
    switch (message.type) {
      case 'serve':
        servers.set(message.address, { socket })
        break
      case 'unserve':
        servers.delete(message.address)
        break
      case 'subscribe': {
        const set = subscribers.get(message.topic) ?? new Set<Socket>()
        subscribers.set(message.topic, set.add(socket))
        break
      }
      case 'call':
        call(message.address, message.method, message.args).then(
          (result) => sendFrame(socket, { type: 'reply', id: message.id, result }),
          (error: unknown) => sendFrame(socket, { type: 'reply', id: message.id, error: toWireError(error) }),
        )
        break
      case 'reply':
        if (message.error) pending.reject(message.id, fromWireError(message.error))
        else pending.resolve(message.id, message.result)
        break
      case 'event':
        void publish(message.topic, message.message)
        break
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    readFrames(socket, (message) => take(socket, message))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      pending.lost(socket)
      for (const [address, entry] of servers) if ('socket' in entry && entry.socket === socket) servers.delete(address)
      for (const set of subscribers.values()) set.delete(socket)
    })
  })
  if (path !== null) {
    await unlink(path).catch(() => undefined)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    await chmod(path, 0o600)
  }

  return {
    serve: async (address, handlers) => {
      servers.set(address, { handlers })
      return async () => {
        servers.delete(address)
      }
    },
    call,
    publish,
    subscribe: async (topic, listener) => {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      return async () => {
        set.delete(listener)
      }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      pending.lost(null)
      if (path !== null) await new Promise((resolve) => server.close(resolve))
    },
  }
}
