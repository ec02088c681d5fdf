import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detailOf, startPlacement, type TestPlacement } from '../testing/placement.ts'

let started: TestPlacement
let at: TestPlacement['at']
let newest: TestPlacement['newest']
let makeProvider: TestPlacement['makeProvider']
beforeAll(async () => {
  started = await startPlacement()
  ;({ at, newest, makeProvider } = started)
})
afterAll(() => started.stop())

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
