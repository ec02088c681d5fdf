import { unavailable } from '../errors.ts'

type Pending = {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
  peer: unknown
}

/** Calls that wait for their reply. */
export function pendingCalls() {
  const calls = new Map<number, Pending>()
  let next = 1
  const end = (id: number): Pending | undefined => {
    const call = calls.get(id)
    if (call) clearTimeout(call.timer)
    calls.delete(id)
    return call
  }
  return {
    /** Sends a call and waits; `peer` is who it went to. */
    wait: (timeoutMs: number, what: string, peer: unknown, send: (id: number) => void) =>
      new Promise<unknown>((resolve, reject) => {
        const id = next++
        const timer = setTimeout(
          () => end(id)?.reject(unavailable(`${what}: no answer within ${timeoutMs} ms`)),
          timeoutMs,
        )
        calls.set(id, { resolve, reject, timer, peer })
        send(id)
      }),
    resolve: (id: number, value: unknown) => end(id)?.resolve(value),
    reject: (id: number, error: Error) => end(id)?.reject(error),
    /** The peer has gone (null: everybody): its calls fail now rather than at their time-out. */
    lost: (peer: unknown) => {
      for (const [id, call] of calls)
        if (peer === null || call.peer === peer) end(id)?.reject(unavailable('the connection was lost'))
    },
  }
}
