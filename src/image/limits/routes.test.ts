import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noDoors } from '../doors.ts'
import { BYTES, fieldsOf, startImages, type TestImages } from '../testing/images.ts'

const MIB = 1024 * 1024
const limits = new Map<string, number>()
let images: TestImages
beforeAll(async () => {
  images = await startImages(
    { use_keystone_limits: true, image_size_cap: 100 * MIB },
    { doors: { ...noDoors, limitsOf: () => Promise.resolve(limits) } },
  )
})
afterAll(() => images.services.stop())
beforeEach(async () => {
  await images.services.ctx().db.write.deleteFrom('image_images').execute()
  for (const name of ['image_size_total', 'image_stage_total', 'image_count_total', 'image_count_uploading']) {
    limits.set(name, 10)
  }
})

const stage = (id: string, bytes: number) =>
  images.client('PUT', `/v2/images/${id}/stage`, { body: Buffer.alloc(bytes), token: 'member', headers: BYTES })
const begin = (id: string) =>
  images.client('POST', `/v2/images/${id}/import`, { body: { method: { name: 'glance-direct' } }, token: 'member' })
const settled = (id: string) => images.services.runtime.platform.work.settled(`image:${id}`)
const usage = async () => fieldsOf(await images.client('GET', '/v2/info/usage', { token: 'member' }))['usage']
const over = (name: string, limit: number, current: number, delta: number): string =>
  'The request returned a 413 Request Entity Too Large. This generally means that rate limiting or a quota threshold was ' +
  `breached.\n\nThe response body:\nProject our-project-id is over a limit for [Resource ${name} is over limit of ` +
  `${limit} due to current usage ${current} and delta ${delta}]`
const messageOf = (answer: { status: number; body: unknown }): unknown[] => [
  answer.status,
  String(answer.body).replaceAll('&quot;', '"'),
]

describe('limits of identity', () => {
  it('count what a project has', async () => {
    const stored = await images.createId()
    await images.upload(stored, Buffer.alloc(3 * MIB))
    await images.createId()
    await stage(await images.createId(), 2 * MIB + 5)
    await images.createId({}, 'other-member')
    expect(await usage()).toEqual({
      image_size_total: { usage: 3, limit: 10 },
      image_stage_total: { usage: 2, limit: 10 },
      image_count_total: { usage: 3, limit: 10 },
      image_count_uploading: { usage: 1, limit: 10 },
    })
    limits.delete('image_count_total')
    expect(await usage()).toMatchObject({ image_count_total: { usage: 3, limit: 0 } })
  })

  it('bound the number of images', async () => {
    limits.set('image_count_total', 1)
    await images.createId()
    expect(messageOf(await images.create())).toEqual([413, expect.stringContaining(over('image_count_total', 1, 1, 1))])
    await images.createId({}, 'other-member')
    limits.set('image_count_total', -1)
    await images.createId()
  })

  it('bound what is stored: before data comes where its size is known, and once it is too much', async () => {
    limits.set('image_size_total', 2)
    const id = await images.createId()
    expect(messageOf(await images.upload(id, Buffer.alloc(3 * MIB)))).toEqual([
      413,
      expect.stringContaining(over('image_size_total', 2, 0, 3)),
    ])
    expect(await images.statusOf(id)).toBe('queued')
    expect((await images.upload(id, Buffer.alloc(2 * MIB))).status).toBe(204)
    limits.set('image_size_total', 1)
    const next = await images.createId()
    expect((await images.upload(next)).status).toBe(413)
    expect((await stage(next, 10)).status).toBe(204)
    expect((await begin(next)).status).toBe(413)
    expect(await images.statusOf(next)).toBe('uploading')
  })

  it('bound what is staged', async () => {
    limits.set('image_stage_total', 2)
    const id = await images.createId()
    expect((await stage(id, 3 * MIB)).status).toBe(413)
    expect((await stage(id, 2 * MIB)).status).toBe(204)
    const next = await images.createId()
    expect((await stage(next, MIB)).status).toBe(413)
  })

  it('bound uploads at once', async () => {
    limits.set('image_count_uploading', 1)
    await stage(await images.createId(), 10)
    const id = await images.createId()
    expect(messageOf(await images.upload(id))).toEqual([
      413,
      expect.stringContaining(over('image_count_uploading', 1, 2, 0)),
    ])
    expect(await images.statusOf(id)).toBe('queued')
    expect((await stage(id, 10)).status).toBe(413)
  })

  it('end an import that would go over them', async () => {
    const id = await images.createId()
    await stage(id, 3 * MIB)
    limits.set('image_size_total', 2)
    expect((await begin(id)).status).toBe(202)
    await settled(id)
    expect(await images.statusOf(id)).toBe('queued')
    const { body } = await images.client('GET', `/v2/images/${id}/tasks`, { token: 'member' })
    expect(body).toMatchObject({
      tasks: [{ status: 'failure', message: expect.stringContaining(over('image_size_total', 2, 0, 3)) }],
    })
    expect(await usage()).toMatchObject({ image_stage_total: { usage: 0 } })
  })
})
