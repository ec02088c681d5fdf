// The embedded bus speaks JSON lines over a unix socket.
import type { Socket } from 'node:net'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { maxMessageBytes } from './bus.ts'

const error = Type.Object({ kind: Type.String(), message: Type.String(), code: Type.Optional(Type.String()) })
const frame = Type.Union([
  Type.Object({ type: Type.Literal('serve'), address: Type.String() }),
  Type.Object({ type: Type.Literal('unserve'), address: Type.String() }),
  Type.Object({ type: Type.Literal('subscribe'), topic: Type.String() }),
  Type.Object({
    type: Type.Literal('call'),
    id: Type.Integer(),
    address: Type.String(),
    method: Type.String(),
    args: Type.Unknown(),
  }),
  Type.Object({
    type: Type.Literal('reply'),
    id: Type.Integer(),
    result: Type.Optional(Type.Unknown()),
    error: Type.Optional(error),
  }),
  Type.Object({ type: Type.Literal('event'), topic: Type.String(), message: Type.Unknown() }),
])

export type Frame = Static<typeof frame>

export const sendFrame = (socket: Socket, message: Frame): void => {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`)
}

/** Calls `take` for each frame; a peer that sends anything else, or too much, is cut off. */
export function readFrames(socket: Socket, take: (message: Frame) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    rest += chunk
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end)
      rest = rest.slice(end + 1)
      const message = parseFrame(line)
      if (!message) {
        socket.destroy(new Error('not a frame of the bus'))
        return
      }
      take(message)
    }
    if (rest.length > maxMessageBytes) socket.destroy(new Error('a frame of the bus is too long'))
  })
}

function parseFrame(line: string): Frame | null {
  try {
    const value: unknown = JSON.parse(line)
    return Value.Check(frame, value) ? value : null
  } catch {
    return null
  }
}
