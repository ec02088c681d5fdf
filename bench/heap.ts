// What a process of the cloud keeps in memory: its heap after a collection, by Node's own inspector, which a signal opens.
import { setTimeout } from 'node:timers/promises'

/** Bytes on the heap of a process that was started with `--inspect-port=port`. */
export async function heapOf(pid: number, port: number): Promise<number> {
  process.kill(pid, 'SIGUSR1')
  const socket = new WebSocket(await debuggerUrl(port))
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  try {
    await ask(socket, 'HeapProfiler.collectGarbage')
    const { usedSize } = await ask(socket, 'Runtime.getHeapUsage')
    return usedSize
  } finally {
    socket.close()
  }
}

async function debuggerUrl(port: number): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`)
      const [target]: { webSocketDebuggerUrl: string }[] = JSON.parse(await answer.text())
      if (target) return target.webSocketDebuggerUrl
    } catch (error) {
      if (tries > 50) throw error
    }
    await setTimeout(100)
  }
}

let last = 0

function ask(socket: WebSocket, method: string): Promise<{ usedSize: number }> {
  const id = (last += 1)
  return new Promise((resolve) => {
    const listen = ({ data }: MessageEvent) => {
      const answer: { id?: number; result: { usedSize: number } } = JSON.parse(String(data))
      if (answer.id !== id) return
      socket.removeEventListener('message', listen)
      resolve(answer.result)
    }
    socket.addEventListener('message', listen)
    socket.send(JSON.stringify({ id, method }))
  })
}
