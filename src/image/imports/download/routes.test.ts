// One cloud imports an image of another: both are here, and the catalog of the first names the second as a region.
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noDoors } from '../../doors.ts'
import { DATA, fieldsOf, filesBelow, startImages, type TestImages } from '../../testing/images.ts'

let other: TestImages
let images: TestImages
let odd: Server
const asked: (string | undefined)[] = []
const oddAnswers: Readonly<Record<string, string>> = {
  '11111111-1111-4111-8111-111111111111': '{"status":"active","disk_format":"raw","container_format":"bare"}',
  '22222222-2222-4222-8222-222222222222': 'no json',
  '33333333-3333-4333-8333-333333333333': '{"status":"active","size":9,"disk_format":"new","container_format":"bare"}',
  '44444444-4444-4444-8444-444444444444': '{"status":"active","size":9,"disk_format":"raw","container_format":"bare"}',
}

beforeAll(async () => {
  odd = createServer((request, response) => {
    asked.push(request.headers['x-auth-token']?.toString())
    const { url = '' } = request
    if (url.endsWith('/file')) return response.end('not nine')
    const id = url.slice(url.lastIndexOf('/') + 1)
    if (id.startsWith('5')) {
      const address = odd.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      return response.writeHead(302, { location: `http://localhost:${port}/v2/images/${id.replace(/^5+/, '6')}` }).end()
    }
    const answer = oddAnswers[id]
    if (answer === undefined) return response.writeHead(404).end()
    return response.end(answer)
  })
  await new Promise<void>((resolve) => {
    odd.listen(0, resolve)
  })
  const address = odd.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  other = await startImages()
  const regions: Readonly<Record<string, string>> = {
    regiontwo: `${other.services.runtime.urlOf('image')}/`,
    odd: `http://127.0.0.1:${port}`,
    inner: 'http://10.0.0.1:9292',
  }
  images = await startImages(
    { web_download_hosts: ['127.0.0.1', 'localhost'] },
    {
      doors: {
        ...noDoors,
        findImageEndpoint: (_ctx, region, face) =>
          Promise.resolve(face === 'public' ? regions[region.toLowerCase()] : undefined),
        sealToken: (token) => Buffer.from(token).toString('hex'),
        openToken: (sealed) => Buffer.from(sealed, 'hex').toString(),
      },
    },
  )
})
afterAll(async () => {
  await images.services.stop()
  await other.services.stop()
  odd.close()
})

const begin = (id: string, fields: object) =>
  images.client('POST', `/v2/images/${id}/import`, {
    body: { method: { name: 'glance-download', ...fields } },
    token: 'member',
    headers: { accept: 'application/json' },
  })
const download = async (region: string, remoteId: string) => {
  const id = await images.createId({ disk_format: 'iso', mine: 'kept' })
  const answer = await begin(id, { glance_region: region, glance_image_id: remoteId })
  expect(answer.status).toBe(202)
  await images.services.runtime.platform.work.settled(`image:${id}`)
  const image = fieldsOf(await images.client('GET', `/v2/images/${id}`, { token: 'member' }))
  const tasks = fieldsOf(await images.client('GET', `/v2/images/${id}/tasks`, { token: 'member' }))['tasks']
  return { image, tasks }
}

describe('an image of another cloud', () => {
  it('comes with its data, formats and the properties that count', async () => {
    const fields = { hw_disk_bus: 'scsi', os_distro: 'debian', private_note: 'x', 'trait:A': 'required' }
    const remoteId = await other.createId(fields)
    await other.upload(remoteId)
    const { image, tasks } = await download('RegionTwo', remoteId)
    expect(image).toMatchObject({
      status: 'active',
      size: DATA.length,
      disk_format: 'raw',
      container_format: 'bare',
      hw_disk_bus: 'scsi',
      os_distro: 'debian',
      'trait:A': 'required',
      mine: 'kept',
    })
    expect(image).not.toHaveProperty('private_note')
    expect(JSON.stringify(tasks)).not.toContain('token')
    const { body } = await images.client('GET', `/v2/images/${String(image['id'])}/file`, { token: 'member' })
    expect(body).toBe(DATA.toString())
  })

  it('that has no data, or that the caller may not see, does not come', async () => {
    const empty = await other.createId()
    const hidden = await other.createId({ visibility: 'private' }, 'other-member')
    expect((await download('RegionTwo', empty)).tasks).toMatchObject([
      { status: 'failure', message: 'Source image status should be active instead of queued' },
    ])
    const { image, tasks } = await download('RegionTwo', hidden)
    expect(tasks).toMatchObject([{ status: 'failure', message: expect.stringContaining('answered 404') }])
    expect(image).toMatchObject({ status: 'queued', disk_format: 'iso', os_glance_failed_import: 'file' })
  })

  it.each([
    ['11111111-1111-4111-8111-111111111111', 'Size attribute of remote image'],
    ['22222222-2222-4222-8222-222222222222', 'sent no image'],
    ['33333333-3333-4333-8333-333333333333', 'format that is not known here: new'],
    ['44444444-4444-4444-8444-444444444444', 'is different from expected 9'],
  ])('that is not described as it should be fails: %s, %s', async (id, reason) => {
    expect((await download('odd', id)).tasks).toMatchObject([{ message: expect.stringContaining(reason) }])
    expect(filesBelow(images.services.runtime.platform.config.state, 'images-staging')).toEqual([])
  })

  it('fails where the catalog names no image service', async () => {
    const { tasks } = await download('nowhere', '44444444-4444-4444-8444-444444444444')
    expect(tasks).toMatchObject([
      { status: 'failure', message: expect.stringContaining('not found for region nowhere') },
    ])
  })

  it('gets no token of ours where it sends us to another host', async () => {
    asked.length = 0
    await download('odd', '55555555-5555-4555-8555-555555555555')
    expect(asked).toEqual(['member', undefined])
  })

  it('is only asked for where the operator lets imports go', async () => {
    const { tasks } = await download('inner', '44444444-4444-4444-8444-444444444444')
    expect(tasks).toMatchObject([
      {
        message: expect.stringContaining('Processed URI for glance-download does not pass filtering: http://10.0.0.1'),
      },
    ])
  })

  it.each([
    [{}, "'glance_region' needs to be set for glance-download import method"],
    [{ glance_region: 'x' }, "'glance_image_id' needs to be set for glance-download import method"],
    [{ glance_region: 'x', glance_image_id: '../7' }, 'Remote image id does not look like a UUID: ../7'],
    [{ glance_region: 5, glance_image_id: '44444444-4444-4444-8444-444444444444' }, 'must be texts'],
  ])('is asked for in full: %j', async (fields, message) => {
    const answer = await begin(await images.createId(), fields)
    expect([answer.status, fieldsOf(answer)['message']]).toEqual([400, expect.stringContaining(message)])
  })
})
