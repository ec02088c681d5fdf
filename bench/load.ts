// Load and what it costs: requests in a closed loop, with the CPU time of the server's processes read from /proc around it.
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'

/** An answer. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** What a phase measured. CPU in milliseconds of the server a unit of work. */
export type Measure = {
  readonly n: number
  readonly cpuMs: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  /** What the columns have no room for. */
  readonly remark?: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Sends one request; bodies are JSON unless they are bytes. */
export function send(
  method: string,
  url: string,
  options: { token?: string; body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { token, body, headers = {} } = options
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        agent,
        headers: {
          accept: 'application/json',
          ...(token === undefined ? {} : { 'x-auth-token': token }),
          ...(bytes === undefined
            ? {}
            : {
                'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
                'content-length': bytes.length,
              }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(bytes)
  })
}

/** A request that must succeed. */
export async function must(method: string, url: string, options: Parameters<typeof send>[2] = {}): Promise<Answer> {
  const answer = await send(method, url, options)
  if (answer.status < 200 || answer.status > 299)
    throw new Error(`${method} ${url}: ${answer.status} ${answer.text.slice(0, 300)}`)
  return answer
}

const ticksPerSecond = 100

/** CPU time that processes have used so far, ms. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return sum + ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
  }, 0)
}

/** Proportional memory of processes, MiB. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
    return sum + Number(pss?.[1] ?? 0) / 1024
  }, 0)
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0

/** Before the clock runs: `count` units in turn, or (absent) 1.5 s on 8 lines, so that code is compiled and caches are filled. */
async function warmUp(count: number | undefined, unit: (index: number) => Promise<unknown>): Promise<void> {
  if (count !== undefined) {
    for (let index = 0; index < count; index += 1) await unit(-1 - index)
    return
  }
  const end = Date.now() + 1500
  await Promise.all(
    Array.from({ length: 8 }, async (_, line) => {
      for (let index = 0; Date.now() < end; index += 1) await unit(-1 - line * 1000 - index)
    }),
  )
}

/** Runs `unit` again and again on `concurrency` lines until time or count is used up. */
export async function measure(
  pids: readonly number[],
  limit: { readonly concurrency: number; readonly seconds: number; readonly count?: number; readonly warm?: number },
  unit: (index: number) => Promise<unknown>,
): Promise<Measure> {
  await warmUp(limit.warm, unit)
  const times: number[] = []
  let started = 0
  let errors = 0
  const count = limit.count ?? Number.MAX_SAFE_INTEGER
  const end = Date.now() + limit.seconds * 1000
  const cpuBefore = cpuOf(pids)
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: limit.concurrency }, async () => {
      while (Date.now() < end && started < count) {
        const index = started++
        const at = performance.now()
        try {
          await unit(index)
          times.push(performance.now() - at)
        } catch (error) {
          errors += 1
          if (errors === 1) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
        }
      }
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  const cpuMs = (cpuOf(pids) - cpuBefore) / Math.max(1, times.length)
  const sorted = times.toSorted((a, b) => a - b)
  return {
    n: times.length,
    cpuMs,
    perSecond: times.length / seconds,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    errors,
  }
}
