import { createServer, type Server } from 'node:http'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '#lib/exec/run.ts'
import { createFileStore } from './file/file-store.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCeph, type TestCeph } from '../testing/ceph.ts'
import type { ImageStore } from './driver.ts'
import { storeContract } from './driver.contract.ts'
import { createRbdStore, fsidOf } from './rbd/rbd-store.ts'
import { createS3Store } from './s3/s3-store.ts'

const identity = { id: 'tested', description: '', weight: 0 }
const bytes = async function* (...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part)
}
const MIB = 1024 * 1024

let ceph: TestCeph
beforeAll(async () => {
  ceph = await startCeph()
}, 120_000)
afterAll(() => ceph.stop())

const openRbd = async (): Promise<ImageStore> => {
  const options = {
    rbd_store_pool: ceph.pool,
    rbd_store_user: '',
    rbd_store_ceph_conf: ceph.conf,
    rbd_store_chunk_size: 8,
  }
  return createRbdStore(identity, options, await fsidOf(options))
}

const openS3 = (bucket: string, endpoint = ceph.gateway): ImageStore =>
  createS3Store(
    identity,
    { endpoint, region: 'us-east-1', accessKey: ceph.accessKey, secretKey: ceph.secretKey },
    { s3_store_bucket: bucket, s3_store_create_bucket_on_put: true, s3_store_large_object_chunk_size: 5 },
  )

storeContract('a pool of Ceph', async () => {
  const store = await openRbd()
  return {
    store,
    close: async () => {
      for (const name of await store.list()) await store.remove(name)
    },
  }
})

storeContract('a bucket of S3', () =>
  Promise.resolve({ store: openS3(`contract-${randomUUID()}`), close: () => Promise.resolve() }),
)

describe('a pool of Ceph', () => {
  it('keeps a protected snapshot that clones are made of, and that holds the image as long as there is one', async () => {
    const store = await openRbd()
    const name = randomUUID()
    await store.write(name, bytes(randomBytes(MIB)))
    const clone = `clone-${randomUUID()}`
    expect(JSON.parse(await ceph.rbd('snap', 'ls', '--format', 'json', name))).toMatchObject([
      { name: 'snap', protected: 'true' },
    ])
    expect(await store.isInUse(name)).toBe(false)
    await ceph.rbd('clone', `${ceph.pool}/${name}@snap`, `${ceph.pool}/${clone}`)
    expect(await store.isInUse(name)).toBe(true)
    await expect(store.remove(name)).rejects.toMatchObject({ kind: 'in-use' })
    expect(await store.sizeOf(name)).toBe(MIB)
    await ceph.rbd('rm', '--no-progress', clone)
    await store.remove(name)
    expect(await store.sizeOf(name)).toBeUndefined()
  })

  it('reads a part without what comes before it, also of an image that is a clone', async () => {
    const store = await openRbd()
    const [name, data] = [randomUUID(), randomBytes(20 * MIB)]
    await store.write(name, bytes(data))
    const clone = randomUUID()
    await ceph.rbd('clone', `${ceph.pool}/${name}@snap`, `${ceph.pool}/${clone}`)
    const tail = async (of: string): Promise<Buffer> => {
      const parts: Buffer[] = []
      for await (const part of (await store.read(of, { start: 17 * MIB, end: 18 * MIB - 1 })) ?? []) {
        if (Buffer.isBuffer(part)) parts.push(part)
      }
      return Buffer.concat(parts)
    }
    expect((await tail(clone)).equals(data.subarray(17 * MIB, 18 * MIB))).toBe(true)
    await ceph.rbd('rm', '--no-progress', clone)
    const { block_name_prefix: prefix }: { block_name_prefix: string } = JSON.parse(
      await ceph.rbd('info', '--format', 'json', name),
    )
    // What is before it need not even be there.
    for (const number of [0, 1]) {
      await run([
        'rados',
        '--conf',
        ceph.conf,
        '--pool',
        ceph.pool,
        'rm',
        `${prefix}.${String(number).padStart(16, '0')}`,
      ])
    }
    expect((await tail(name)).equals(data.subarray(17 * MIB, 18 * MIB))).toBe(true)
    await store.remove(name)
  })

  it('tells where an image is as Glance does, and knows what others put there', async () => {
    const store = await openRbd()
    const name = randomUUID()
    const url = store.urlOf(name)
    expect(url).toMatch(new RegExp(`^rbd://[0-9a-f-]{36}/images/${name}/snap$`))
    expect(store.nameOf(url)).toBe(name)
    expect(store.nameOf(url.replace('/images/', '/other/'))).toBeUndefined()
    expect(store.nameOf(url.replace(name, '..'))).toBeUndefined()
    expect(store.nameOf(url.replace(name, '--id=x'))).toBeUndefined()
  })

  it('sweeps what a killed upload left', async () => {
    const store = await openRbd()
    await ceph.rbd('create', '--size', '1M', `${randomUUID()}.incoming.abc123`)
    await store.sweep(0)
    expect(await ceph.rbd('ls')).toContain('.incoming.')
    await store.sweep(Date.now() + 3_600_000)
    expect(await ceph.rbd('ls')).not.toContain('.incoming.')
  })
})

describe('a bucket of S3', () => {
  it('sends what is large in parts, and sweeps those of a killed upload', async () => {
    const store = openS3(`parts-${randomUUID()}`)
    const [name, data] = [randomUUID(), randomBytes(23 * MIB + 11)]
    await store.write(name, bytes(data.subarray(0, 7 * MIB), data.subarray(7 * MIB)), data.length)
    const parts: Buffer[] = []
    for await (const part of (await store.read(name, { start: 5 * MIB - 1, end: 21 * MIB })) ?? []) {
      if (Buffer.isBuffer(part)) parts.push(part)
    }
    expect(Buffer.concat(parts).equals(data.subarray(5 * MIB - 1, 21 * MIB + 1))).toBe(true)
    await store.sweep(Number.MAX_SAFE_INTEGER)
    expect(await store.list()).toEqual([name])
  })

  it('tells who may not, and what does not answer', async () => {
    const account = { endpoint: ceph.gateway, region: 'us-east-1', accessKey: ceph.accessKey, secretKey: 'wrong' }
    const options = {
      s3_store_bucket: 'some',
      s3_store_create_bucket_on_put: true,
      s3_store_large_object_chunk_size: 5,
    }
    const stranger = createS3Store(identity, account, options)
    await expect(stranger.write(randomUUID(), bytes(Buffer.from('x')))).rejects.toMatchObject({ kind: 'denied' })
  })

  it('tries again where the server fails now and then, and gives up where it always does', async () => {
    let failures = 3
    const flaky: Server = createServer((request, response) => {
      request.resume()
      failures -= 1
      response.writeHead(failures >= 0 ? 500 : 200).end()
    })
    await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve))
    const address = flaky.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const store = openS3('some', new URL(`http://127.0.0.1:${port}`))
    await store.write(randomUUID(), bytes(Buffer.from('x')))
    failures = Number.MAX_SAFE_INTEGER
    await expect(store.write(randomUUID(), bytes(Buffer.from('x')))).rejects.toMatchObject({ kind: 'away' })
    flaky.closeAllConnections()
    flaky.close()
  })
})

describe('a directory on a disk that is full', () => {
  it.skipIf(process.getuid?.() !== 0)('tells so, keeps nothing of it, and goes on', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'haneul-full-'))
    await run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory])
    try {
      const store = await createFileStore(identity, join(directory, 'images'))
      const [large, small] = [randomUUID(), randomUUID()]
      const data = Array.from({ length: 6 }, () => randomBytes(MIB))
      await expect(store.write(large, bytes(...data))).rejects.toMatchObject({ kind: 'full' })
      expect([await store.list(), readdirSync(join(directory, 'images', '.incoming'))]).toEqual([[], []])
      await store.write(small, bytes(randomBytes(MIB)))
      expect(await store.sizeOf(small)).toBe(MIB)
    } finally {
      await run(['umount', directory])
      rmSync(directory, { recursive: true })
    }
  })
})
