// Images of one cloud in Ceph, in S3 and in files, through the API: what users do, and what goes wrong with the stores.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personas } from '#platform/testing/personas.ts'
import { startCeph, type TestCeph } from '../testing/ceph.ts'
import { BYTES, fieldsOf, startImages, type TestImages } from '../testing/images.ts'

const DATA = randomBytes(6 * 1024 * 1024)
const checksum = createHash('md5').update(DATA).digest('hex')

let ceph: TestCeph
let images: TestImages
beforeAll(async () => {
  ceph = await startCeph()
  images = await startImages({
    image_size_cap: 20_000_000,
    default_image_store: 'ceph',
    image_stores: {
      ceph: { type: 'rbd', rbd_store_pool: ceph.pool, rbd_store_ceph_conf: ceph.conf, store_description: 'Ceph' },
      objects: {
        type: 's3',
        s3_store_host: ceph.gateway.origin,
        s3_store_access_key: ceph.accessKey,
        s3_store_secret_key: ceph.secretKey,
        s3_store_bucket: 'images',
        s3_store_create_bucket_on_put: true,
        s3_store_large_object_chunk_size: 5,
        weight: 3,
      },
    },
  })
}, 120_000)
afterAll(async () => {
  await images.services.stop()
  await ceph.stop()
})

const show = async (id: string) => fieldsOf(await images.client('GET', `/v2/images/${id}`, { token: 'admin' }))
const idle = () => images.services.runtime.platform.work.idle()
const download = async (id: string, headers: Readonly<Record<string, string>> = {}) => {
  const url = `${images.services.runtime.urlOf('image')}/v2/images/${id}/file`
  const answer = await fetch(url, { headers: { 'x-auth-token': 'member', ...headers } })
  return { status: answer.status, data: Buffer.from(await answer.arrayBuffer()) }
}
const put = (id: string, store: string, body = DATA) =>
  images.client('PUT', `/v2/images/${id}/file`, {
    body,
    token: 'member',
    headers: { ...BYTES, 'x-image-meta-store': store },
  })
const context = () => Object.assign(images.services.ctx(), { caller: personas.admin })

describe('images in several stores', () => {
  it.each(['ceph', 'objects', 'file'])('go into %s and come back, whole and in parts', async (store) => {
    const id = await images.createId()
    expect((await put(id, store)).status).toBe(204)
    expect(await show(id)).toMatchObject({ status: 'active', stores: store, checksum, size: DATA.length })
    expect((await download(id)).data.equals(DATA)).toBe(true)
    const part = await download(id, { range: 'bytes=5000000-5999999' })
    expect([part.status, part.data.equals(DATA.subarray(5_000_000, 6_000_000))]).toEqual([206, true])
    const { path, size } = await images.image.door.fetchBootImage(context(), id)
    expect([existsSync(path), size]).toEqual([true, DATA.length])
    expect((await images.client('DELETE', `/v2/images/${id}`, { token: 'member' })).status).toBe(204)
    await expect
      .poll(async () => (await images.image.audit.compareData(context())).strangers, { timeout: 20_000 })
      .toEqual([])
  })

  it('are copied from one to the others, read from the heaviest, and removed from one', async () => {
    const id = await images.createId()
    await put(id, 'ceph')
    const body = { method: { name: 'copy-image' }, all_stores: true, all_stores_must_succeed: true }
    expect((await images.client('POST', `/v2/images/${id}/import`, { body, token: 'admin' })).status).toBe(202)
    await idle()
    expect(await show(id)).toMatchObject({ stores: 'ceph,file,objects' })
    const remove = (store: string) => images.client('DELETE', `/v2/stores/${store}/${id}`, { token: 'admin' })
    expect((await remove('objects')).status).toBe(204)
    expect((await remove('objects')).status).toBe(404)
    expect((await remove('file')).status).toBe(204)
    expect((await remove('ceph')).status).toBe(403)
    expect(await show(id)).toMatchObject({ stores: 'ceph' })
    expect(await images.image.audit.compareData(context())).toEqual({ strangers: [], missing: [], away: [] })
  })

  it('stay where something was cloned from them', async () => {
    const id = await images.createId()
    await put(id, 'ceph')
    await ceph.rbd('clone', `${ceph.pool}/${id}@snap`, `${ceph.pool}/volume`)
    const answer = await images.client('DELETE', `/v2/images/${id}`, { token: 'member' })
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([409, expect.stringContaining('it is in use')])
    expect((await download(id)).data.equals(DATA)).toBe(true)
    await ceph.rbd('rm', '--no-progress', 'volume')
    expect((await images.client('DELETE', `/v2/images/${id}`, { token: 'member' })).status).toBe(204)
  })

  it.each(['ceph', 'objects'])('leave nothing in %s of an upload that is cut off or too large', async (store) => {
    const id = await images.createId()
    const { hostname, port } = new URL(images.services.runtime.urlOf('image'))
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const head = `PUT /v2/images/${id}/file HTTP/1.1\r\nhost: x\r\nx-auth-token: member\r\nx-image-meta-store: ${store}\r\n`
        socket.write(`${head}content-type: application/octet-stream\r\ncontent-length: ${DATA.length}\r\n\r\n`)
        socket.write(DATA.subarray(0, 2_000_000), () => setTimeout(() => socket.destroy(), 200))
      })
      socket.once('close', () => resolve())
    })
    await expect.poll(() => images.statusOf(id), { timeout: 20_000 }).toBe('queued')
    expect((await put(id, store, Buffer.alloc(20_000_001))).status).toBe(413)
    expect(await images.statusOf(id)).toBe('queued')
    expect((await put(id, store)).status).toBe(204)
    const { strangers } = await images.image.audit.compareData(context())
    expect(strangers).toEqual([])
  })

  it('are found by the doctor where their data is corrupt or gone', async () => {
    const [corrupt, gone] = [await images.createId(), await images.createId()]
    await put(corrupt, 'file')
    await put(gone, 'ceph')
    const state = images.services.runtime.platform.config.state
    writeFileSync(join(state, 'images', corrupt), randomBytes(DATA.length))
    expect(await images.image.audit.compareHashes(context())).toEqual([{ image: corrupt, store: 'file' }])
    await ceph.rbd('snap', 'unprotect', `${gone}@snap`)
    await ceph.rbd('snap', 'rm', '--no-progress', `${gone}@snap`)
    await ceph.rbd('rm', '--no-progress', gone)
    const { missing } = await images.image.audit.compareData(context())
    expect(missing).toEqual([{ image: gone, store: 'ceph' }])
    expect((await download(gone)).status).toBe(204)
  })

  it('wait for another try where Ceph ends in the middle', async () => {
    const [id, whole] = [await images.createId(), await images.createId()]
    await put(whole, 'file')
    await ceph.killOsd()
    const answer = images.client('PUT', `/v2/images/${id}/file`, {
      body: DATA,
      token: 'member',
      headers: { ...BYTES, 'x-image-meta-store': 'objects' },
    })
    // The rest of the cloud goes on meanwhile.
    expect((await download(whole)).data.equals(DATA)).toBe(true)
    await ceph.stop()
    expect((await answer).status).toBe(503)
    expect(await images.statusOf(id)).toBe('queued')
    expect((await images.image.audit.compareData(context())).away.toSorted()).toEqual(['ceph', 'objects'])
    expect((await put(id, 'file')).status).toBe(204)
  })
})
