import { createHash } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipOf } from '#lib/compression/zip.fixture.ts'
import { BYTES, DATA, fieldsOf, filesBelow, startImages, type TestImages } from '../../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages({
    image_import_opts: { image_import_plugins: ['image_decompression', 'inject_image_metadata', 'no_op'] },
    inject_metadata_properties: {
      inject: { hw_disk_bus: 'scsi', os_glance_import_task: 'mine' },
      ignore_user_roles: ['manager'],
    },
  })
})
afterAll(() => images.services.stop())

const show = async (id: string) => fieldsOf(await images.client('GET', `/v2/images/${id}`, { token: 'admin' }))
const staged = (): string[] => filesBelow(images.services.runtime.platform.config.state, 'images-staging')

/** Imports what was staged; what the image is afterwards, and what its task says. */
const imported = async (data: Uint8Array, fields: object = {}, token = 'member') => {
  const id = await images.createId(fields, token)
  const stage = await images.client('PUT', `/v2/images/${id}/stage`, { body: data, token, headers: BYTES })
  expect(stage.status).toBe(204)
  const body = { method: { name: 'glance-direct' } }
  expect((await images.client('POST', `/v2/images/${id}/import`, { body, token })).status).toBe(202)
  await images.services.runtime.platform.work.settled(`image:${id}`)
  const tasks = fieldsOf(await images.client('GET', `/v2/images/${id}/tasks`, { token }))['tasks']
  return { image: await show(id), tasks }
}

describe('decompression', () => {
  it.each([
    ['gzip', gzipSync(DATA)],
    ['zstd', zstdCompressSync(DATA)],
    ['zip', zipOf([{ name: 'disk.img', data: DATA }])],
    ['nothing', DATA],
  ])('of %s gives the disk inside', async (_kind, data) => {
    const { image } = await imported(data)
    expect(image).toMatchObject({
      status: 'active',
      size: DATA.length,
      virtual_size: DATA.length,
      checksum: createHash('md5').update(DATA).digest('hex'),
      os_hash_value: createHash('sha512').update(DATA).digest('hex'),
    })
    expect(staged()).toEqual([])
  })

  it('leaves alone what shall stay compressed', async () => {
    const data = gzipSync(DATA)
    expect((await imported(data, { container_format: 'compressed' })).image).toMatchObject({ size: data.length })
  })

  it.each([
    ['a bomb of gzip', gzipSync(Buffer.alloc(50_000_000)), 'too large'],
    ['a bomb of zstd', zstdCompressSync(Buffer.alloc(50_000_000)), 'too large'],
    ['a bomb of zip', zipOf([{ name: 'disk', data: Buffer.alloc(50_000_000) }]), 'too large'],
    ['cut data', gzipSync(Buffer.from(DATA.map((byte, at) => byte ^ (at % 251)))).subarray(0, 200), 'decompressed'],
    [
      'two files',
      zipOf([
        { name: 'a', data: DATA },
        { name: 'b', data: DATA },
      ]),
      'more than one file',
    ],
    ['a way out', zipOf([{ name: '../../../etc/passwd', data: DATA }]), 'cannot be read'],
    // Its unpacker need not be installed.
    ['an old format', Buffer.from('..-lh5-..'), 'no whole LHA archive|No lhafile available'],
  ])('of %s fails and leaves nothing', async (_what, data, reason) => {
    const { image, tasks } = await imported(data)
    expect(image).toMatchObject({ status: 'queued', size: null })
    expect(tasks).toMatchObject([{ status: 'failure', message: expect.stringMatching(reason) }])
    expect(staged()).toEqual([])
  })

  it('does not hide a disk of another format', async () => {
    const backed = Buffer.alloc(1024)
    backed.write('QFI\xfb', 0, 'latin1')
    backed.writeUInt32BE(3, 4)
    backed.writeBigUInt64BE(512n, 8)
    const { image, tasks } = await imported(gzipSync(backed), { disk_format: 'qcow2' })
    expect(image).toMatchObject({ status: 'queued' })
    expect(tasks).toMatchObject([{ message: 'Image failed safety checks' }])
  })
})

describe('injected properties', () => {
  it('are set on the images of most people, and lists find them', async () => {
    const { image } = await imported(DATA, { hw_disk_bus: 'virtio', mine: 'kept' })
    expect(image).toMatchObject({ status: 'active', hw_disk_bus: 'scsi', mine: 'kept' })
    expect(image).not.toHaveProperty('os_glance_import_task')
    const found = await images.client('GET', '/v2/images?hw_disk_bus=scsi&mine=kept', { token: 'member' })
    expect(fieldsOf(found)['images']).toMatchObject([{ id: image['id'] }])
  })

  it('are not set for those with a role that is left out', async () => {
    const { image } = await imported(DATA, {}, 'manager')
    expect(image).not.toHaveProperty('hw_disk_bus')
  })
})
