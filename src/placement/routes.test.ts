import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { createPlacement } from './service.ts'

let services: TestServices
let placement: Client
beforeAll(async () => {
  services = await startServices(() => [createPlacement().service])
  placement = services.client('placement')
})
afterAll(() => services.stop())

/** A request at microversion 1.`minor`. */
const at = (minor: number, method: string, path: string, body?: unknown, token = 'admin'): Promise<Answer> =>
  placement(method, path, {
    token,
    headers: { 'openstack-api-version': `placement 1.${minor}` },
    ...(body === undefined ? {} : { body }),
  })

const newest = (method: string, path: string, body?: unknown): Promise<Answer> => at(39, method, path, body)

const makeProvider = async (name: string, extra: object = {}): Promise<string> => {
  const uuid = crypto.randomUUID()
  expect((await newest('POST', '/resource_providers', { name, uuid, ...extra })).status).toBe(200)
  return uuid
}

const detailOf = (answer: Answer): string => JSON.stringify(answer.body)

describe('discovery and negotiation', () => {
  it('shows its versions to anybody', async () => {
    const { body, headers } = await placement('GET', '/', { token: '' })
    expect(body).toEqual({
      versions: [
        { id: 'v1.0', max_version: '1.39', min_version: '1.0', status: 'CURRENT', links: [{ rel: 'self', href: '' }] },
      ],
    })
    expect(headers.get('openstack-api-version')).toBe('placement 1.0')
    expect(headers.get('vary')).toBe('openstack-api-version')
    expect(headers.get('content-type')).toBe('application/json')
  })

  it('answers 406 out of range and 400 where there is no version', async () => {
    const header = (version: string) => placement('GET', '/', { headers: { 'openstack-api-version': version } })
    expect(await header('placement 1.40')).toMatchObject({
      status: 406,
      body: { errors: [{ title: 'Not Acceptable', max_version: '1.39', min_version: '1.0' }] },
    })
    expect((await header('placement 0.5')).status).toBe(406)
    expect((await header('placement 1.-1')).status).toBe(406)
    expect(detailOf(await header('placement pony.horse'))).toContain('Invalid microversion: invalid version string')
    expect((await header('placement latest')).headers.get('openstack-api-version')).toBe('placement 1.39')
    expect((await header('compute 2.1')).headers.get('openstack-api-version')).toBe('placement 1.0')
  })

  it('has cache headers from 1.15 on, codes of errors from 1.23', async () => {
    expect((await at(14, 'GET', '/resource_providers')).headers.get('last-modified')).toBeNull()
    const cached = await at(15, 'GET', '/resource_providers')
    expect(cached.headers.get('cache-control')).toBe('no-cache')
    expect(cached.headers.get('last-modified')).toMatch(/^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/)
    const bare = await newest('GET', `/resource_providers/${await makeProvider('bare')}/inventories`)
    expect([bare.headers.get('cache-control'), bare.headers.get('last-modified')]).toEqual(['no-cache', null])
    expect(detailOf(await at(22, 'GET', '/resource_providers/none'))).not.toContain('"code"')
    const { body } = await at(23, 'GET', '/resource_providers/none')
    expect(body).toMatchObject({
      errors: [
        {
          status: 404,
          title: 'Not Found',
          detail: 'The resource could not be found.\n\n No resource provider with uuid none found  ',
          code: 'placement.undefined_code',
        },
      ],
    })
  })

  it('takes and gives JSON only', async () => {
    const text = { headers: { accept: 'text/plain' } }
    for (const path of ['/resource_providers', '/resource_providers?nope=1', '/resource_providers/none/inventories'])
      expect((await placement('GET', path, text)).status).toBe(406)
    const page = await placement('GET', "/resource_providers/a'b", { headers: { accept: 'text/html, */*;q=0.5' } })
    expect(page.body).toContain(
      '<h1>404 Not Found</h1>\n  The resource could not be found.<br /><br />\nNo resource provider with uuid a&#x27;b found',
    )
    const wrong = { body: 'name', headers: { 'content-type': 'text/plain' } }
    expect(await placement('POST', '/resource_providers', wrong)).toMatchObject({ status: 415 })
    const renaming = { body: 'name', headers: { ...wrong.headers, 'openstack-api-version': 'placement 1.6' } }
    expect(await placement('PUT', '/resource_classes/CUSTOM_Z', renaming)).toMatchObject({ status: 415 })
    expect(await placement('POST', '/resource_providers', { body: '{"', token: '' })).toMatchObject({ status: 401 })
    const broken = await placement('POST', '/resource_providers', { body: '{"name":' })
    expect([broken.status, detailOf(broken)]).toEqual([400, expect.stringContaining('Malformed JSON')])
    const other = await placement('DELETE', '/resource_providers')
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  it.each([
    [0, 'GET', '/resource_providers/x/aggregates'],
    [1, 'GET', '/resource_classes'],
    [5, 'GET', '/traits'],
    [5, 'GET', '/resource_providers/x/traits'],
    [8, 'GET', '/usages?project_id=p'],
    [9, 'GET', '/allocation_candidates?resources=VCPU:1'],
    [12, 'POST', '/allocations'],
    [29, 'POST', '/reshaper'],
  ])('1.%i does not know %s %s, the next version does', async (minor, method, path) => {
    const before = await at(minor, method, path, method === 'POST' ? {} : undefined)
    expect([before.status, detailOf(before)]).toEqual([404, expect.stringContaining('could not be found.\\n\\n   ')])
    const after = await at(minor + 1, method, path, method === 'POST' ? {} : undefined)
    expect(detailOf(after)).not.toContain('could not be found.\\n\\n   ')
  })
})

describe('resource providers', () => {
  it('are created with an empty answer until 1.19, with themselves from 1.20', async () => {
    const uuid = crypto.randomUUID()
    const old = await at(19, 'POST', '/resource_providers', { name: 'old', uuid })
    expect([old.status, old.body]).toEqual([201, ''])
    expect(old.headers.get('location')).toMatch(new RegExp(`^http://.*/resource_providers/${uuid}$`))
    const made = await at(20, 'POST', '/resource_providers', { name: 'new' })
    expect(made).toMatchObject({ status: 200, body: { name: 'new', generation: 0, parent_provider_uuid: null } })
    expect(await newest('POST', '/resource_providers', { name: 'new', uuid })).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'placement.duplicate_name' }] },
    })
  })

  it('show what each version knows of', async () => {
    const uuid = await makeProvider('links')
    const rels = async (minor: number): Promise<unknown> => (await at(minor, 'GET', `/resource_providers/${uuid}`)).body
    const names = (body: unknown): string[] =>
      [...JSON.stringify(body).matchAll(/"rel":"(\w+)"/g)].map(([, rel]) => rel ?? '')
    expect(names(await rels(0))).toEqual(['self', 'inventories', 'usages'])
    expect(names(await rels(1))).toEqual(['self', 'inventories', 'usages', 'aggregates'])
    expect(names(await rels(6))).toEqual(['self', 'inventories', 'usages', 'aggregates', 'traits'])
    expect(names(await rels(11))).toEqual(['self', 'inventories', 'usages', 'aggregates', 'traits', 'allocations'])
    expect(await rels(13)).not.toHaveProperty('root_provider_uuid')
    expect(await rels(14)).toMatchObject({ parent_provider_uuid: null, root_provider_uuid: uuid })
  })

  it('form trees, move from 1.37 on and never in a circle', async () => {
    const root = await makeProvider('root')
    const child = await makeProvider('child', { parent_provider_uuid: root })
    const leaf = await makeProvider('leaf', { parent_provider_uuid: child })
    const put = (minor: number, uuid: string, name: string, parent: string | null) =>
      at(minor, 'PUT', `/resource_providers/${uuid}`, { name, parent_provider_uuid: parent })
    expect(detailOf(await put(36, child, 'child', null))).toContain('un-parenting a provider is not currently allowed')
    expect(detailOf(await put(36, leaf, 'leaf', root))).toContain('re-parenting a provider is not currently allowed')
    expect(detailOf(await put(37, root, 'root', leaf))).toContain('creating loop in the provider tree')
    expect(await put(37, child, 'child', null)).toMatchObject({ status: 200, body: { root_provider_uuid: child } })
    expect((await newest('GET', `/resource_providers/${leaf}`)).body).toMatchObject({ root_provider_uuid: child })
    expect((await newest('GET', `/resource_providers?in_tree=${leaf}`)).body).toMatchObject({
      resource_providers: [{ uuid: child }, { uuid: leaf }],
    })
    expect(await newest('DELETE', `/resource_providers/${child}`)).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'placement.resource_provider.cannot_delete_parent' }] },
    })
    for (const uuid of [leaf, child, root])
      expect((await newest('DELETE', `/resource_providers/${uuid}`)).status).toBe(204)
    expect((await newest('DELETE', `/resource_providers/${root}`)).status).toBe(404)
  })

  it('are filtered by what each version can ask', async () => {
    const uuid = await makeProvider('filtered')
    const aggregate = crypto.randomUUID()
    await at(1, 'PUT', `/resource_providers/${uuid}/aggregates`, [aggregate])
    await newest('PUT', `/resource_providers/${uuid}/inventories`, {
      resource_provider_generation: 0,
      inventories: { PCPU: { total: 4 } },
    })
    await newest('PUT', `/resource_providers/${uuid}/traits`, {
      resource_provider_generation: 1,
      traits: ['HW_CPU_X86_VMX'],
    })
    const found = async (minor: number, query: string): Promise<unknown> => {
      const answer = await at(minor, 'GET', `/resource_providers?${query}`)
      return answer.status === 200 ? JSON.stringify(answer.body).includes(uuid) : answer.status
    }
    expect(await found(0, 'name=filtered')).toBe(true)
    expect([await found(2, `member_of=${aggregate}`), await found(3, `member_of=${aggregate}`)]).toEqual([400, true])
    expect([await found(3, 'resources=PCPU:4'), await found(4, 'resources=PCPU:4')]).toEqual([400, true])
    expect(await found(4, 'resources=PCPU:5')).toBe(false)
    expect(await found(4, 'resources=NOPE:5')).toBe(400)
    expect([await found(13, `in_tree=${uuid}`), await found(14, `in_tree=${uuid}`)]).toEqual([400, true])
    expect([await found(17, 'required=HW_CPU_X86_VMX'), await found(18, 'required=HW_CPU_X86_VMX')]).toEqual([
      400,
      true,
    ])
    expect([await found(21, 'required=!HW_CPU_X86_VMX'), await found(22, 'required=!HW_CPU_X86_VMX')]).toEqual([
      400,
      false,
    ])
    expect([await found(31, `member_of=!${aggregate}`), await found(32, `member_of=!${aggregate}`)]).toEqual([
      400,
      false,
    ])
    expect([await found(38, 'required=in:HW_CPU_X86_VMX'), await found(39, 'required=in:HW_CPU_X86_VMX')]).toEqual([
      400,
      true,
    ])
  })
})

describe('inventories', () => {
  it('are replaced, changed, shown and deleted under the generation of their provider', async () => {
    const uuid = await makeProvider('inventories')
    const path = `/resource_providers/${uuid}/inventories`
    const created = await newest('POST', path, { resource_class: 'VCPU', total: 8 })
    expect(created).toMatchObject({
      status: 201,
      body: {
        total: 8,
        reserved: 0,
        min_unit: 1,
        max_unit: 2147483647,
        step_size: 1,
        allocation_ratio: 1,
        resource_provider_generation: 1,
      },
    })
    expect((await newest('POST', path, { resource_class: 'VCPU', total: 8 })).status).toBe(409)
    const stale = { resource_provider_generation: 0, inventories: {} }
    expect(await newest('PUT', path, stale)).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'placement.concurrent_update' }] },
    })
    const all = { resource_provider_generation: 1, inventories: { VCPU: { total: 4 }, MEMORY_MB: { total: 1024 } } }
    expect(await newest('PUT', path, all)).toMatchObject({
      status: 200,
      body: { resource_provider_generation: 2, inventories: { VCPU: { total: 4 }, MEMORY_MB: { total: 1024 } } },
    })
    const one = { resource_provider_generation: 2, total: 6, allocation_ratio: 2.5 }
    expect((await newest('PUT', `${path}/VCPU`, one)).body).toMatchObject({ total: 6, allocation_ratio: 2.5 })
    expect((await newest('GET', `${path}/VCPU`)).body).toMatchObject({ total: 6, resource_provider_generation: 3 })
    expect((await newest('DELETE', `${path}/MEMORY_MB`)).status).toBe(204)
    expect((await newest('GET', `${path}/MEMORY_MB`)).status).toBe(404)
    expect([(await at(4, 'DELETE', path)).status, (await at(5, 'DELETE', path)).status]).toEqual([405, 204])
    expect((await newest('GET', path)).body).toEqual({ resource_provider_generation: 5, inventories: {} })
  })

  it('may be reserved whole from 1.26 on, never more', async () => {
    const uuid = await makeProvider('reserved')
    const put = (minor: number, generation: number, reserved: number) =>
      at(minor, 'PUT', `/resource_providers/${uuid}/inventories`, {
        resource_provider_generation: generation,
        inventories: { VCPU: { total: 4, reserved } },
      })
    expect(detailOf(await put(25, 0, 4))).toContain('The reserved value is greater than or equal to total.')
    expect((await put(26, 0, 4)).status).toBe(200)
    expect(detailOf(await put(26, 1, 5))).toContain('The reserved value is greater than total.')
  })

  it('refuse classes that do not exist and numbers out of range', async () => {
    const uuid = await makeProvider('refuse')
    const path = `/resource_providers/${uuid}/inventories`
    const put = (inventories: object) => newest('PUT', path, { resource_provider_generation: 0, inventories })
    expect(detailOf(await put({ CUSTOM_NONE: { total: 1 } }))).toContain('No such resource class CUSTOM_NONE.')
    for (const fields of [{ total: 0 }, { total: 2147483648 }, { total: 1, min_unit: 0 }, { total: 1, extra: 1 }, {}]) {
      expect((await put({ VCPU: fields })).status).toBe(400)
    }
  })
})

describe('aggregates, traits and classes', () => {
  it('aggregates carry a generation from 1.19 on', async () => {
    const uuid = await makeProvider('aggregates')
    const path = `/resource_providers/${uuid}/aggregates`
    const aggregate = crypto.randomUUID()
    expect((await at(18, 'PUT', path, [aggregate])).body).toEqual({ aggregates: [aggregate] })
    expect((await at(19, 'GET', path)).body).toEqual({ aggregates: [aggregate], resource_provider_generation: 0 })
    expect((await at(19, 'PUT', path, [aggregate])).status).toBe(400)
    const body = { aggregates: [], resource_provider_generation: 0 }
    expect((await at(19, 'PUT', path, body)).body).toEqual({ aggregates: [], resource_provider_generation: 1 })
    expect((await at(19, 'PUT', path, body)).status).toBe(409)
  })

  it('traits are made, given to providers, and kept while in use', async () => {
    const uuid = await makeProvider('traits')
    expect((await newest('PUT', '/traits/CUSTOM_GOLD')).status).toBe(201)
    expect((await newest('PUT', '/traits/CUSTOM_GOLD')).status).toBe(204)
    expect((await newest('PUT', '/traits/GOLD')).status).toBe(400)
    expect((await newest('GET', '/traits?name=in:CUSTOM_GOLD,HW_CPU_X86_VMX')).body).toEqual({
      traits: ['HW_CPU_X86_VMX', 'CUSTOM_GOLD'],
    })
    const path = `/resource_providers/${uuid}/traits`
    const body = { traits: ['CUSTOM_GOLD'], resource_provider_generation: 0 }
    expect((await newest('PUT', path, body)).body).toEqual({ traits: ['CUSTOM_GOLD'], resource_provider_generation: 1 })
    expect((await newest('PUT', path, body)).status).toBe(409)
    expect((await newest('GET', '/traits?name=startswith:custom&associated=true')).body).toEqual({
      traits: ['CUSTOM_GOLD'],
    })
    expect((await newest('DELETE', '/traits/CUSTOM_GOLD')).status).toBe(409)
    expect((await newest('DELETE', path)).status).toBe(204)
    expect((await newest('DELETE', '/traits/CUSTOM_GOLD')).status).toBe(204)
    expect((await newest('GET', '/traits/CUSTOM_GOLD')).status).toBe(404)
    expect((await newest('DELETE', '/traits/HW_CPU_X86_VMX')).status).toBe(400)
    expect((await newest('GET', '/traits?associated=maybe')).status).toBe(400)
  })

  it('classes are renamed until 1.6 and made by PUT from 1.7', async () => {
    expect((await at(2, 'POST', '/resource_classes', { name: 'CUSTOM_A' })).status).toBe(201)
    expect((await at(2, 'POST', '/resource_classes', { name: 'CUSTOM_A' })).status).toBe(409)
    expect((await at(6, 'PUT', '/resource_classes/CUSTOM_A', { name: 'CUSTOM_B' })).body).toMatchObject({
      name: 'CUSTOM_B',
    })
    expect((await newest('GET', '/resource_classes/CUSTOM_A')).status).toBe(404)
    expect((await at(7, 'PUT', '/resource_classes/CUSTOM_B')).status).toBe(204)
    expect((await at(7, 'PUT', '/resource_classes/CUSTOM_C')).status).toBe(201)
    expect((await at(7, 'PUT', '/resource_classes/VCPU')).status).toBe(400)
    expect((await newest('DELETE', '/resource_classes/CUSTOM_C')).status).toBe(204)
    expect((await newest('DELETE', '/resource_classes/VCPU')).status).toBe(400)
    expect(JSON.stringify((await newest('GET', '/resource_classes')).body)).toContain('{"name":"VCPU"')
  })
})

describe('who may call', () => {
  it.each(['member', 'reader', 'other-member', 'system-admin', 'domain-admin', 'unscoped'])(
    '%s may not',
    async (token) => {
      const answer = await at(39, 'GET', '/resource_providers', undefined, token)
      expect([answer.status, detailOf(answer)]).toEqual([
        403,
        expect.stringContaining('Policy does not allow placement:resource_providers:list to be performed.'),
      ])
    },
  )

  it.each(['admin', 'service', 'other-admin'])('%s may', async (token) => {
    expect((await at(39, 'GET', '/resource_providers', undefined, token)).status).toBe(200)
  })

  it('a project may see its own usage, and only a service may reshape', async () => {
    const usages = (token: string) => at(39, 'GET', '/usages?project_id=our-project-id', undefined, token)
    expect([(await usages('reader')).status, (await usages('other-reader')).status]).toEqual([200, 403])
    expect((await at(39, 'POST', '/reshaper', { inventories: {}, allocations: {} }, 'admin')).status).toBe(403)
    expect((await placement('GET', '/resource_providers', { token: '' })).status).toBe(401)
  })
})
