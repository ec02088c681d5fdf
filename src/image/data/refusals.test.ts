// What people send wrong, at the edge of what is allowed and past it: the right status, and nothing left behind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BYTES, DATA, fieldsOf, startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
})
afterAll(() => images.services.stop())

const signed = {
  img_signature: 'QUJDRA==',
  img_signature_hash_method: 'SHA-256',
  img_signature_key_type: 'RSA-PSS',
  img_signature_certificate_uuid: 'fea14bc2-d75f-4ba5-bccc-b5c924ad0693',
}
const words = 'Unable to retrieve certificate with ID: fea14bc2-d75f-4ba5-bccc-b5c924ad0693.'

describe('names and properties', () => {
  it.each<[string, object, number]>([
    ['a name of 255 letters', { name: '가'.repeat(255) }, 201],
    ['a name of 256', { name: '가'.repeat(256) }, 400],
    ['a property of 255 letters', { ['p'.repeat(255)]: 'x' }, 201],
    ['a property of 256', { ['p'.repeat(256)]: 'x' }, 400],
    ['a value of 65,535 bytes', { value: 'v'.repeat(65_535) }, 201],
    ['a value of 65,536 bytes', { value: `${'v'.repeat(65_533)}가` }, 400],
    ['a tag of 255 letters', { tags: ['t'.repeat(255)] }, 201],
    ['a tag of 256', { tags: ['t'.repeat(256)] }, 400],
  ])('%s: %#', async (_what, fields, status) => {
    expect((await images.create(fields)).status).toBe(status)
  })

  it('are held to the same in patches', async () => {
    const id = await images.createId()
    const add = async (path: string, value: unknown) => (await images.patch(id, [{ op: 'add', path, value }])).status
    expect(await add(`/${'p'.repeat(255)}`, 'v'.repeat(65_535))).toBe(200)
    expect(await add(`/${'p'.repeat(256)}`, 'x')).toBe(400)
    expect(await add('/value', 'v'.repeat(65_536))).toBe(400)
    expect(await add('/name', '가'.repeat(256))).toBe(400)
  })

  it.each(['checksum', 'size', 'virtual_size', 'os_hash_value', 'created_at', 'self', 'file', 'schema', 'direct_url'])(
    '%s cannot be patched',
    async (name) => {
      const id = await images.createId()
      for (const op of ['add', 'replace', 'remove']) {
        expect([op, (await images.patch(id, [{ op, path: `/${name}`, value: 'x' }])).status]).toEqual([op, 403])
      }
    },
  )
})

/** A qcow2 whose fields say what they like. */
const qcow2 = (write: (header: Buffer) => void): Buffer => {
  const header = Buffer.alloc(64 * 1024)
  header.write('QFI\xfb', 0, 'latin1')
  header.writeUInt32BE(3, 4)
  header.writeUInt32BE(16, 20)
  header.writeBigUInt64BE(1n << 20n, 24)
  header.writeUInt32BE(104, 100)
  write(header)
  return header
}

describe('a disk', () => {
  it.each<[string, Buffer]>([
    ['of a backing file', qcow2((header) => header.writeBigUInt64BE(200n, 8))],
    ['of a backing file far behind its end', qcow2((header) => header.writeBigUInt64BE(2n ** 64n - 1n, 8))],
    ['with its data elsewhere', qcow2((header) => header.writeBigUInt64BE(4n, 72))],
    ['with features of the future', qcow2((header) => header.writeBigUInt64BE(1n << 63n, 72))],
    ['larger than numbers go', qcow2((header) => header.writeBigUInt64BE(2n ** 64n - 1n, 24))],
  ])('%s is refused', async (_what, data) => {
    const id = await images.createId({ disk_format: 'qcow2' })
    const answer = await images.client('PUT', `/v2/images/${id}/file`, {
      body: data,
      token: 'member',
      headers: { ...BYTES, accept: 'application/json' },
    })
    expect([answer.status, fieldsOf(answer)['message']]).toEqual([415, expect.stringContaining('failed safety checks')])
    expect(await images.statusOf(id)).toBe('queued')
    expect(images.storedFiles().some((name) => name.includes(id))).toBe(false)
  })
})

describe('a signed image', () => {
  it('takes no data that nobody can verify', async () => {
    const id = await images.createId(signed)
    const answer = await images.client('PUT', `/v2/images/${id}/file`, {
      body: DATA,
      token: 'member',
      headers: { ...BYTES, accept: 'application/json' },
    })
    expect([answer.status, fieldsOf(answer)['message']]).toEqual([400, expect.stringContaining(words)])
    expect(await images.statusOf(id)).toBe('queued')
  })

  it('is not imported either', async () => {
    const id = await images.createId(signed)
    await images.client('PUT', `/v2/images/${id}/stage`, { body: DATA, token: 'member', headers: BYTES })
    await images.client('POST', `/v2/images/${id}/import`, {
      body: { method: { name: 'glance-direct' } },
      token: 'member',
    })
    await images.services.runtime.platform.work.settled(`image:${id}`)
    expect(await images.statusOf(id)).toBe('queued')
    const { body } = await images.client('GET', `/v2/images/${id}/tasks`, { token: 'member' })
    expect(body).toMatchObject({ tasks: [{ status: 'failure', message: expect.stringContaining(words) }] })
  })

  it('by half is none', async () => {
    const { img_signature: _left, ...rest } = signed
    expect((await images.upload(await images.createId(rest))).status).toBe(204)
  })
})
