import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detailOf, startPlacement, type TestPlacement } from './testing/placement.ts'

let started: TestPlacement
let placement: TestPlacement['placement']
let at: TestPlacement['at']
let newest: TestPlacement['newest']
let makeProvider: TestPlacement['makeProvider']
beforeAll(async () => {
  started = await startPlacement()
  ;({ placement, at, newest, makeProvider } = started)
})
afterAll(() => started.stop())

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
