import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BYTES, DATA, fieldsOf, startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
})
afterAll(() => images.services.stop())

const client: TestImages['client'] = (...args) => images.client(...args)
const createId: TestImages['createId'] = (...args) => images.createId(...args)
const upload: TestImages['upload'] = (...args) => images.upload(...args)
const patch: TestImages['patch'] = (...args) => images.patch(...args)
const statusOf: TestImages['statusOf'] = (id) => images.statusOf(id)
const storedFiles = (): string[] => images.storedFiles()

describe('data', () => {
  it('comes in hashed and goes out whole or in part', async () => {
    const id = await createId()
    expect((await client('GET', `/v2/images/${id}/file`, { token: 'member' })).status).toBe(204)
    expect((await upload(id)).status).toBe(204)
    expect((await client('GET', `/v2/images/${id}`, { token: 'member' })).body).toMatchObject({
      status: 'active',
      size: 1024,
      virtual_size: 1024,
      checksum: createHash('md5').update(DATA).digest('hex'),
      os_hash_algo: 'sha512',
      os_hash_value: createHash('sha512').update(DATA).digest('hex'),
      stores: 'file',
    })
    const download = (headers: Record<string, string>) =>
      client('GET', `/v2/images/${id}/file`, { token: 'member', headers })
    const whole = await download({})
    expect([whole.status, whole.body]).toEqual([200, DATA.toString()])
    expect(whole.headers.get('content-md5')).toBe(createHash('md5').update(DATA).digest('hex'))
    const part = async (range: string): Promise<unknown[]> => {
      const answer = await download({ range })
      return [answer.status, answer.headers.get('content-range'), String(answer.body).length]
    }
    expect(await part('bytes=0-9')).toEqual([206, 'bytes 0-9/1024', 10])
    expect(await part('bytes=1000-')).toEqual([206, 'bytes 1000-1023/1024', 24])
    expect(await part('bytes=-4')).toEqual([206, 'bytes 1020-1023/1024', 4])
    expect(await part('bytes=1000-9999')).toEqual([206, 'bytes 1000-1023/1024', 24])
    expect((await download({ range: 'bytes=1024-' })).status).toBe(416)
    expect((await download({ range: 'lines=1-2' })).status).toBe(416)
    expect((await download({ range: 'bytes=0-1,4-5' })).status).toBe(400)
    expect((await download({ 'content-range': 'bytes 0-9/*' })).headers.get('content-range')).toBe('bytes 0-9/1024')
    expect((await upload(id)).status).toBe(409)
    expect((await patch(id, [{ op: 'replace', path: '/disk_format', value: 'qcow2' }])).status).toBe(403)
  })

  it('is refused where it is not what the image says, and leaves nothing', async () => {
    const before = storedFiles().length
    const backed = Buffer.alloc(1024)
    backed.write('QFI\xfb', 0, 'latin1')
    backed.writeUInt32BE(3, 4)
    backed.writeBigUInt64BE(512n, 8)
    const refuse = async (disk: string, body: Uint8Array): Promise<unknown[]> => {
      const id = await createId({ disk_format: disk })
      const answer = await client('PUT', `/v2/images/${id}/file`, {
        body,
        token: 'member',
        headers: { ...BYTES, accept: 'application/json' },
      })
      return [answer.status, fieldsOf(answer)['message'], await statusOf(id)]
    }
    expect(await refuse('qcow2', DATA)).toEqual([
      415,
      expect.stringContaining('Image disk_format qcow2 does not match stream data raw'),
      'queued',
    ])
    expect(await refuse('qcow2', backed)).toEqual([
      415,
      expect.stringContaining('Image failed safety checks'),
      'queued',
    ])
    expect(await refuse('ploop', backed)).toEqual([
      415,
      expect.stringContaining('does not match stream data qcow2'),
      'queued',
    ])
    // A client that still has much to send is told, too.
    for (const size of [100_001, 30_000_000]) {
      expect(await refuse('raw', Buffer.alloc(size))).toEqual([413, expect.stringContaining('too large'), 'queued'])
    }
    expect(storedFiles().length).toBe(before)
  })

  it('needs formats, bytes, and a caller who may', async () => {
    const bare = await client('POST', '/v2/images', { body: {}, token: 'member' })
    const answer = await upload(String(fieldsOf(bare)['id']))
    expect([answer.status, String(answer.body)]).toEqual([
      400,
      expect.stringContaining('Properties disk_format, container_format must be set'),
    ])
    const id = await createId({ visibility: 'community' })
    expect(
      (
        await client('PUT', `/v2/images/${id}/file`, {
          body: 'x',
          token: 'member',
          headers: { 'content-type': 'text/plain' },
        })
      ).status,
    ).toBe(415)
    expect(
      (
        await client('PUT', `/v2/images/${id}/file`, {
          body: DATA,
          token: 'member',
          headers: { ...BYTES, 'x-openstack-image-size': 'big' },
        })
      ).status,
    ).toBe(400)
    expect((await upload(id, DATA, 'reader')).status).toBe(403)
    expect((await upload(id, DATA, 'other-member')).status).toBe(403)
    expect((await upload('a7f0e3c6-0000-4000-8000-000000000000')).status).toBe(404)
  })

  it('that is cut off in the middle leaves the image queued and no file', async () => {
    const id = await createId()
    const before = storedFiles().length
    await new Promise<void>((resolve) => {
      const cut = request(`${images.services.runtime.urlOf('image')}/v2/images/${id}/file`, {
        method: 'PUT',
        headers: { ...BYTES, 'x-auth-token': 'member', 'content-length': '50000' },
      })
      cut.on('error', () => resolve())
      cut.write(Buffer.alloc(20_000))
      setTimeout(() => cut.destroy(), 100)
    })
    await expect.poll(() => statusOf(id)).toBe('queued')
    await expect.poll(() => storedFiles().length).toBe(before)
    expect((await upload(id)).status).toBe(204)
  })

  it('of one image comes from one of two uploads', async () => {
    const id = await createId()
    const statuses = (await Promise.all([upload(id), upload(id)])).map(({ status }) => status)
    expect(statuses.sort((a, b) => a - b)).toEqual([204, 409])
    expect(await statusOf(id)).toBe('active')
  })

  it('goes with its image, also during an upload', async () => {
    const id = await createId()
    await upload(id)
    expect((await client('DELETE', `/v2/images/${id}`, { token: 'member' })).status).toBe(204)
    await expect.poll(() => storedFiles().some((name) => name.includes(id))).toBe(false)
    const slow = await createId()
    const answer = new Promise<number | undefined>((resolve) => {
      const uploading = request(
        `${images.services.runtime.urlOf('image')}/v2/images/${slow}/file`,
        { method: 'PUT', headers: { ...BYTES, 'x-auth-token': 'member', 'content-length': '2000' } },
        (response) => resolve(response.resume().statusCode),
      )
      uploading.write(Buffer.alloc(1000))
      const finish = async (): Promise<void> => {
        await expect.poll(() => statusOf(slow)).toBe('saving')
        await client('DELETE', `/v2/images/${slow}`, { token: 'member' })
        uploading.end(Buffer.alloc(1000))
      }
      void finish()
    })
    expect(await answer).toBe(410)
    expect(storedFiles().some((name) => name.includes(slow))).toBe(false)
  })

  it('is kept from everybody while the image is deactivated', async () => {
    const id = await createId()
    const act = (action: string, token = 'member') => client('POST', `/v2/images/${id}/actions/${action}`, { token })
    expect((await act('deactivate')).status).toBe(403)
    await upload(id)
    expect([(await act('deactivate')).status, (await act('deactivate')).status]).toEqual([204, 204])
    expect((await client('GET', `/v2/images/${id}/file`, { token: 'member' })).status).toBe(403)
    expect((await client('GET', `/v2/images/${id}/file`, { token: 'admin' })).status).toBe(200)
    await expect(images.image.door.getBootImage(images.services.ctx(), id)).rejects.toMatchObject({ kind: 'conflict' })
    expect((await act('reactivate')).status).toBe(204)
    expect(await images.image.door.getBootImage(images.services.ctx(), id)).toMatchObject({
      id,
      diskFormat: 'raw',
      size: 1024,
      path: expect.stringContaining(id),
    })
  })
})

describe('uploads whose controller was killed', () => {
  it('are queued again, and their parts removed', async () => {
    const id = await createId()
    const ctx = images.services.ctx()
    await ctx.db.write.updateTable('image_images').set({ status: 'saving', beat_at: 1 }).where('id', '=', id).execute()
    const draft = join(images.services.runtime.platform.config.state, 'images', '.incoming', `${id}.part`)
    writeFileSync(draft, 'half of it')
    // One that is being written now stays.
    for (const reconciler of images.image.service.reconcilers) await reconciler.run(ctx)
    expect([await statusOf(id), existsSync(draft)]).toEqual(['queued', true])
    await images.image.service.start?.(ctx)
    expect(existsSync(draft)).toBe(ctx.db.dialect === 'mariadb')
    rmSync(draft, { force: true })
    expect((await upload(id)).status).toBe(204)
  })
})
