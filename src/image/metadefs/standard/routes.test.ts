import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import standard from './namespaces.json' with { type: 'json' }
import { fieldsOf, startImages, type TestImages } from '../../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
})
afterAll(() => images.services.stop())

const get = async (path: string): Promise<Record<string, unknown>> =>
  fieldsOf(await images.client('GET', `/v2/metadefs/${path}`, { token: 'reader' }))
const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : -1)

describe('the standard namespaces', () => {
  it('are there from the first start on, with what they are about', async () => {
    expect(lengthOf((await get('namespaces?limit=100'))['namespaces'])).toBe(33)
    expect(lengthOf((await get('namespaces?limit=100&resource_types=OS::Nova::Flavor'))['namespaces'])).toBe(17)
    expect(await get('namespaces/OS::Compute::Watchdog')).toMatchObject({
      visibility: 'public',
      protected: true,
      owner: 'admin',
      properties: { watchdog_action: { type: 'string', enum: expect.arrayContaining(['poweroff', 'reset']) } },
      resource_type_associations: expect.arrayContaining([
        expect.objectContaining({ name: 'OS::Glance::Image', prefix: 'hw_' }),
      ]),
    })
    expect(lengthOf((await get('namespaces/OS::Software::DBMS/objects'))['objects'])).toBe(12)
    expect(lengthOf((await get('resource_types'))['resource_types'])).toBe(6)
  })

  it('say what they, their objects and all properties are about', async () => {
    const { namespaces } = await get('namespaces?limit=100')
    const { objects } = await get('namespaces/OS::Software::Runtimes/objects')
    expect(JSON.stringify(namespaces).match(/"description":"[^"]+"/g)?.length).toBe(33)
    // Each of these objects has one property.
    expect(JSON.stringify(objects).match(/"description":"[^"]+"/g)?.length).toBe(10)
    const { properties } = await get('namespaces/OS::Compute::Watchdog/properties')
    expect(properties).toMatchObject({ watchdog_action: { description: expect.stringContaining('watchdog') } })
    expect(JSON.stringify(standard).match(/"title":/g)?.length).toBe(199)
    expect(JSON.stringify(standard).match(/"description":"[^"]+","(title|operators|type)":/g)?.length).toBe(199)
  })

  it('are added where they are missing, and else stay as they are', async () => {
    const { client, image, services } = images
    const name = 'OS::Compute::AggregateNumInstancesFilter'
    expect((await client('DELETE', `/v2/metadefs/namespaces/${name}`)).status).toBe(204)
    const change = { namespace: 'OS::Glance::Signatures', display_name: 'mine', visibility: 'public', owner: 'admin' }
    await client('PUT', '/v2/metadefs/namespaces/OS::Glance::Signatures', { body: change })
    const { added, kept } = await image.loadNamespaces(services.ctx())
    expect([added, kept.length]).toEqual([[name], 32])
    expect(await get('namespaces/OS::Glance::Signatures')).toMatchObject({ display_name: 'mine' })
  })

  it('stand beside those of an operator', async () => {
    const { image, services } = images
    const document = { namespace: 'My::Own', properties: { level: { title: 'Level', type: 'integer' } } }
    expect(await image.loadNamespaces(services.ctx(), [document])).toEqual({ added: ['My::Own'], kept: [] })
    expect(await get('namespaces/My::Own/properties')).toMatchObject({ properties: { level: { type: 'integer' } } })
    await expect(image.loadNamespaces(services.ctx(), [{ namespace: 5 }])).rejects.toThrow('does not match schema')
  })
})
