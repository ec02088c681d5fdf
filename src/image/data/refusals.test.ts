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

  it.each<[string, object, string]>([
    ['a name', { name: 'a 😀' }, "Name can't contain 4 byte unicode characters."],
    ['a value', { my_note: '😀' }, "My_Note can't contain 4 byte unicode characters."],
    ['the name of a property', { '😀': 'x' }, "Property names can't contain 4 byte unicode."],
    ['a tag', { tags: ['😀'] }, "Param values can't contain 4 byte unicode."],
    ['a kernel that is no image', { kernel_id: 'x' }, "'x' does not match '^([0-9a-fA-F]){8}-"],
    ['no object', [], "[] is not of type 'object'"],
  ])('%s that no Glance takes is refused in its words', async (_what, fields, message) => {
    const body = Array.isArray(fields) ? fields : { disk_format: 'raw', container_format: 'bare', ...fields }
    const headers = { accept: 'application/json' }
    const answer = await images.client('POST', '/v2/images', { token: 'member', body, headers })
    expect([answer.status, fieldsOf(answer)['message']]).toEqual([400, expect.stringContaining(message)])
  })

  it('passes over hashes and a kernel that is none in a new image', async () => {
    const answer = await images.create({ os_hash_algo: 'md5', os_hash_value: 'x', kernel_id: null })
    expect([answer.status, fieldsOf(answer)['os_hash_algo'], fieldsOf(answer)['kernel_id']]).toEqual([
      201,
      null,
      undefined,
    ])
  })

  it('a body that is neither object nor list is told so', async () => {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    for (const path of ['/v2/images', '/v2/tasks', '/v2/metadefs/namespaces']) {
      const answer = await images.client('POST', path, { token: 'admin', body: '"text"', headers })
      expect([answer.status, fieldsOf(answer)['message']]).toEqual([
        400,
        expect.stringContaining('Unexpected body type. Expected list/dict.'),
      ])
    }
  })

  it('are held to the same in patches', async () => {
    const id = await images.createId()
    const add = async (path: string, value: unknown) => (await images.patch(id, [{ op: 'add', path, value }])).status
    expect(await add(`/${'p'.repeat(255)}`, 'v'.repeat(65_535))).toBe(200)
    expect(await add(`/${'p'.repeat(256)}`, 'x')).toBe(400)
    expect(await add('/value', 'v'.repeat(65_536))).toBe(400)
    expect(await add('/name', '가'.repeat(256))).toBe(400)
  })

  it('have a name that is never one', async () => {
    const id = await images.createId()
    expect((await images.patch(id, [{ op: 'add', path: '/__proto__', value: 'x' }])).status).toBe(403)
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

describe('data', () => {
  it.each([
    ['4', 'Size exceeds: expected 4 bytes, got 1024 bytes'],
    ['2000', 'Size mismatch: expected 2000 bytes, got 1024 bytes'],
    ['-5', 'Size exceeds: expected -5 bytes, got 1024 bytes'],
  ])('of another size than %s, which was announced, is not kept', async (size, message) => {
    const id = await images.createId()
    const answer = await images.client('PUT', `/v2/images/${id}/file`, {
      body: DATA,
      token: 'member',
      headers: { ...BYTES, accept: 'application/json', 'x-openstack-image-size': size },
    })
    expect([answer.status, fieldsOf(answer)['message']]).toEqual([400, expect.stringContaining(message)])
    expect(await images.statusOf(id)).toBe('queued')
    expect(images.storedFiles().some((name) => name.includes(id))).toBe(false)
  })

  it.each<[Record<string, string>, number, string | null]>([
    [{ range: 'bytes=-0' }, 206, 'bytes 0-1023/1024'],
    [{ range: 'bytes=1-2x' }, 206, 'bytes 1-2/1024'],
    [{ range: '' }, 200, null],
    [{ 'content-range': '' }, 200, null],
    [{ 'content-range': 'bytes 0-2000/1024' }, 416, null],
  ])('%j is read as Glance reads it', async (headers, status, range) => {
    const id = await images.createId()
    await images.upload(id)
    const answer = await images.client('GET', `/v2/images/${id}/file`, { token: 'member', headers })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([status, range])
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
