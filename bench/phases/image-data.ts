// Bytes in and out: an image of ten gibibytes with nothing in it, against what md5 and sha512 of openssl take beside a copy.
import { execFile } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs'
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
  const made = await must('POST', url, {
    token,
    body: { name: 'bench-large', disk_format: 'raw', container_format: 'bare' },
  })
  const file = `${url}/${idIn(made.text)}/file`
  const once = async (bytes: number, unit: () => Promise<unknown>, against?: number): Promise<Measure> => {
    const before = memoryOf(pids)
    let most = before
    const watch = setInterval(() => (most = Math.max(most, memoryOf(pids))), 500)
    const result = await measure(pids, { concurrency: 1, seconds: 600, count: 1, warm: 0 }, unit)
    clearInterval(watch)
    const reached = rate(bytes, result.p50)
    const share = against === undefined ? '' : `, ${((100 * reached) / against).toFixed(0)} % of openssl beside a copy`
    return { ...result, remark: `${reached.toFixed(2)} GiB/s, memory +${(most - before).toFixed(0)} MiB${share}` }
  }
  await note('image_upload_10gib', async () => once(size, () => upload(file, token), await referenceRate()))
  await note('image_download_10gib', () => once(size, () => download(file, token)))
  await must('DELETE', file.slice(0, -'/file'.length), { token })
}

/** What the hashes alone allow: both of openssl and a copy of the same data, at the same time. */
async function referenceRate(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'haneul-bench-data-'))
  try {
    const empty = join(directory, 'empty')
    const bytes = 2 * gib
    const descriptor = openSync(empty, 'w')
    ftruncateSync(descriptor, bytes)
    closeSync(descriptor)
    const begun = performance.now()
    await Promise.all([
      run('openssl', ['dgst', '-md5', empty]),
      run('openssl', ['dgst', '-sha512', empty]),
      run('cp', ['--sparse=never', empty, join(directory, 'copy')]),
    ])
    return rate(bytes, performance.now() - begun)
  } finally {
    rmSync(directory, { recursive: true })
  }
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
