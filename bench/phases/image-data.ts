// Bytes in and out: an image of ten gibibytes with nothing in it and one of random bytes, against what md5 and sha512 of openssl
// take beside a copy.
import { execFile } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Measure, measure, memoryOf, must } from '../load.ts'
import { idIn, type Phases } from './phase.ts'

const gib = 1024 ** 3
const size = 10 * gib
const piece = Buffer.alloc(1024 * 1024)
const run = promisify(execFile)

/** Gibibytes a second. */
const rate = (bytes: number, ms: number): number => bytes / gib / (ms / 1000)

export const imageDataPhases: Phases = async (cloud, note) => {
  const { pids, token } = cloud
  const url = `${cloud.url('image')}/v2/images`
  const create = async (): Promise<string> => {
    const body = { name: 'bench-large', disk_format: 'raw', container_format: 'bare' }
    return `${url}/${idIn((await must('POST', url, { token, body })).text)}/file`
  }
  const drop = (file: string) => must('DELETE', file.slice(0, -'/file'.length), { token })
  /** @param against what openssl and a copy reach, GiB/s */
  const once = async (bytes: number, unit: () => Promise<unknown>, against?: number): Promise<Measure> => {
    const before = memoryOf(pids)
    let most = before
    const watch = setInterval(() => (most = Math.max(most, memoryOf(pids))), 500)
    const result = await measure(pids, { concurrency: 1, seconds: 600, count: 1, warm: 0 }, unit)
    clearInterval(watch)
    const reached = rate(bytes, result.p50)
    const share = against === undefined ? '' : `, ${((100 * reached) / against).toFixed(0)} % of openssl beside a copy`
    return {
      ...result,
      remark: `${reached.toFixed(2)} GiB/s, memory +${(most - before).toFixed(0)} MiB${share}`,
    }
  }
  const directory = mkdtempSync(join(tmpdir(), 'haneul-bench-data-'))
  try {
    const empty = join(directory, 'empty')
    const descriptor = openSync(empty, 'w')
    ftruncateSync(descriptor, 2 * gib)
    closeSync(descriptor)
    const file = await create()
    await note('image_upload_10gib', async () =>
      once(size, () => upload(file, token), await referenceRate(empty, 2 * gib)),
    )
    await note('image_download_10gib', () => once(size, () => download(file, token)))
    await drop(file)

    const random = join(directory, 'random')
    writeRandom(random)
    const curl = (...args: readonly string[]) => run('curl', ['-sSf', '-H', `x-auth-token: ${token}`, ...args])
    const bytes = ['-H', 'content-type: application/octet-stream', '-H', 'expect:', '-T', random]
    const bound = await referenceRate(random, gib)
    // The first one of a process is compiled while it goes.
    const first = await create()
    await curl(...bytes, first)
    await drop(first)
    const second = await create()
    await note('image_upload_1gib_random', () => once(gib, () => curl(...bytes, second), bound))
    await note('image_download_1gib_random', () => once(gib, () => curl('-o', '/dev/null', second)))
    await drop(second)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** What the hashes alone allow: both of openssl and a copy of the same data, at the same time. */
async function referenceRate(path: string, bytes: number): Promise<number> {
  const copy = `${path}.copy`
  const begun = performance.now()
  await Promise.all([
    run('openssl', ['dgst', '-md5', path]),
    run('openssl', ['dgst', '-sha512', path]),
    run('cp', ['--sparse=never', path, copy]),
  ])
  const result = rate(bytes, performance.now() - begun)
  rmSync(copy)
  return result
}

function writeRandom(path: string): void {
  const part = Buffer.alloc(piece.length)
  const descriptor = openSync(path, 'w')
  for (let at = 0; at < gib; at += part.length) writeSync(descriptor, randomFillSync(part))
  closeSync(descriptor)
}

const upload = (url: string, token: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'PUT',
        headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream', 'content-length': size },
      },
      (answer) => {
        answer.resume()
        if (answer.statusCode === 204) resolve()
        else reject(new Error(`the upload was answered ${answer.statusCode ?? 0}`))
      },
    )
    sent.on('error', reject)
    let left = size
    const write = (): void => {
      for (; left > 0; left -= piece.length) {
        if (sent.write(piece)) continue
        left -= piece.length
        sent.once('drain', write)
        return
      }
      sent.end()
    }
    write()
  })

const download = (url: string, token: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { headers: { 'x-auth-token': token } }, (answer) => {
      let length = 0
      answer.on('data', (chunk: Buffer) => (length += chunk.length))
      answer.on('error', reject)
      answer.on('end', () => (length === size ? resolve() : reject(new Error(`${length} bytes came`))))
    })
    sent.on('error', reject)
    sent.end()
  })
