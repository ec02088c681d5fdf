import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.stop())

const create = (project: object) => identity.admin('POST', '/v3/projects', { project })
const idOf = async (project: object) => at(await create(project), 'project', 'id')
const names = async (path: string) => {
  const { body } = await identity.admin('GET', path)
  return JSON.stringify(body).match(/"name":"([^"]+)"/g)
}

describe('projects', () => {
  it('are created, shown, changed and deleted, unknown attributes kept', async () => {
    const created = await create({ name: ' demo ', description: null, colour: 'blue', tags: ['b', 'a'] })
    const id = at(created, 'project', 'id')
    expect(created).toMatchObject({
      status: 201,
      body: {
        project: {
          id,
          name: 'demo',
          domain_id: 'default',
          description: null,
          enabled: true,
          parent_id: 'default',
          is_domain: false,
          tags: ['a', 'b'],
          options: {},
          colour: 'blue',
          links: { self: expect.stringContaining(`/v3/projects/${id}`) },
        },
      },
    })
    expect((await identity.admin('GET', `/v3/projects/${id}`)).body).toEqual(created.body)
    const changed = await identity.admin('PATCH', `/v3/projects/${id}`, {
      project: { description: '설명', enabled: false, size: 3 },
    })
    expect(changed).toMatchObject({
      status: 200,
      body: { project: { description: '설명', enabled: false, colour: 'blue', size: 3 } },
    })
    expect((await identity.admin('DELETE', `/v3/projects/${id}`)).status).toBe(204)
    expect(await identity.admin('GET', `/v3/projects/${id}`)).toMatchObject({
      status: 404,
      body: { error: { message: `Could not find project: ${id}.` } },
    })
  })

  it('are listed by filters, with limits and markers', async () => {
    for (const name of ['list-One', 'list-two', 'List-three']) await create({ name, tags: [name, 'all'] })
    expect(await names('/v3/projects?name=list-two')).toHaveLength(1)
    expect(await names('/v3/projects?name__startswith=list-')).toHaveLength(2)
    expect(await names('/v3/projects?name__istartswith=LIST-')).toHaveLength(3)
    expect(await names('/v3/projects?name__contains=st-t')).toHaveLength(2)
    expect(await names('/v3/projects?name__endswith=three')).toHaveLength(1)
    expect(await names('/v3/projects?tags=all,list-two')).toHaveLength(1)
    expect(await names('/v3/projects?tags-any=list-One,list-two')).toHaveLength(2)
    expect(await names('/v3/projects?tags=all&not-tags=list-two')).toHaveLength(2)
    expect(await names('/v3/projects?not-tags-any=all&name__icontains=list')).toBeNull()
    expect(await names('/v3/projects?is_domain=1')).toEqual(['"name":"Default"'])
    const first = await identity.admin('GET', '/v3/projects?limit=2&tags=all')
    expect(first.body).toMatchObject({ truncated: true, projects: { length: 2 } })
    const next = at(first, 'links', 'next').replace(/^http:\/\/[^/]+/, '')
    const second = await identity.admin('GET', next)
    expect(second.body).toMatchObject({ projects: { length: 1 }, links: { next: null } })
    expect((await identity.admin('GET', '/v3/projects?limit=many')).status).toBe(400)
  })

  it('stand five deep below a domain, and no deeper', async () => {
    let parent = 'default'
    for (let level = 1; level <= 5; level += 1) parent = await idOf({ name: `level-${level}`, parent_id: parent })
    expect(await create({ name: 'level-6', parent_id: parent })).toMatchObject({
      status: 403,
      body: { error: { message: `Max hierarchy depth reached for ${parent} branch.` } },
    })
  })

  it('form trees', async () => {
    const top = await idOf({ name: 'top' })
    const middle = await idOf({ name: 'middle', parent_id: top })
    const leaf = await idOf({ name: 'leaf', parent_id: middle })
    expect((await identity.admin('GET', `/v3/projects/${leaf}?parents_as_ids`)).body).toMatchObject({
      project: { parents: { [middle]: { [top]: { default: null } } } },
    })
    expect((await identity.admin('GET', `/v3/projects/${top}?subtree_as_ids`)).body).toMatchObject({
      project: { subtree: { [middle]: { [leaf]: null } } },
    })
    expect((await identity.admin('GET', `/v3/projects/${top}?subtree_as_ids&subtree_as_list`)).status).toBe(400)
    const patch = (id: string, project: object) => identity.admin('PATCH', `/v3/projects/${id}`, { project })
    expect(await patch(top, { enabled: false })).toMatchObject({
      status: 403,
      body: { error: { message: `Cannot disable project ${top} since its subtree contains enabled projects.` } },
    })
    expect((await identity.admin('DELETE', `/v3/projects/${top}`)).status).toBe(403)
    for (const id of [leaf, middle, top]) expect((await patch(id, { enabled: false })).status).toBe(200)
    expect((await patch(leaf, { enabled: true })).status).toBe(403)
    expect((await patch(top, { parent_id: leaf })).status).toBe(403)
    expect((await create({ name: 'below', parent_id: leaf })).status).toBe(400)
    let parent = await idOf({ name: 'level1' })
    for (const level of [2, 3, 4, 5]) parent = await idOf({ name: `level${level}`, parent_id: parent })
    expect((await create({ name: 'level6', parent_id: parent })).status).toBe(403)
  })

  it('keep their names apart in a domain', async () => {
    await create({ name: 'twice' })
    const again = await create({ name: 'twice' })
    expect(again.status).toBe(409)
    expect(at(again, 'error', 'message')).toMatch(
      /^Conflict occurred attempting to store project - it is not permitted to have two projects with either the same name/,
    )
    expect((await create({ name: 'Twice' })).status).toBe(201)
    const other = at(await identity.admin('POST', '/v3/domains', { domain: { name: 'names' } }), 'domain', 'id')
    expect((await create({ name: 'twice', domain_id: other })).status).toBe(201)
  })

  it('that are immutable stay as they are', async () => {
    const id = await idOf({ name: 'fixed', options: { immutable: true } })
    const patch = (project: object) => identity.admin('PATCH', `/v3/projects/${id}`, { project })
    expect((await patch({ name: 'loose' })).status).toBe(403)
    expect((await identity.admin('DELETE', `/v3/projects/${id}`)).status).toBe(403)
    expect((await identity.admin('PUT', `/v3/projects/${id}/tags/x`)).status).toBe(403)
    expect((await patch({ options: { immutable: false } })).status).toBe(200)
    expect((await identity.admin('DELETE', `/v3/projects/${id}`)).status).toBe(204)
  })

  it('have tags', async () => {
    const id = await idOf({ name: 'tagged' })
    const tags = `/v3/projects/${id}/tags`
    expect((await identity.admin('PUT', tags, { tags: ['x', 'y'] })).body).toMatchObject({ tags: ['x', 'y'] })
    expect((await identity.admin('PUT', `${tags}/z`)).status).toBe(201)
    expect((await identity.admin('GET', `${tags}/z`)).status).toBe(204)
    expect((await identity.admin('DELETE', `${tags}/x`)).status).toBe(204)
    expect((await identity.admin('GET', `${tags}/x`)).status).toBe(404)
    expect((await identity.admin('GET', tags)).body).toMatchObject({ tags: ['y', 'z'] })
    expect((await identity.admin('PUT', tags, { tags: ['a,b'] })).status).toBe(400)
    expect((await identity.admin('DELETE', tags)).status).toBe(204)
    expect((await identity.admin('GET', tags)).body).toMatchObject({ tags: [] })
  })

  it.each([
    [{}, 400],
    [{ name: '' }, 400],
    [{ name: '  ' }, 400],
    [{ name: 'x'.repeat(65) }, 400],
    [{ name: 7 }, 400],
    [{ name: 'n1', enabled: 'maybe' }, 400],
    [{ name: 'n2', domain_id: 'nowhere' }, 400],
    [{ name: 'n3', parent_id: 'nowhere' }, 400],
    [{ name: 'n4', is_domain: true, parent_id: 'default' }, 400],
    [{ name: 'n5', options: { other: true } }, 400],
    [{ name: 'n6', tags: ['a', 'a'] }, 400],
    [{ name: '이름', enabled: 'false' }, 201],
  ])('are refused where Keystone refuses them: %j', async (project, status) => {
    expect((await create(project)).status).toBe(status)
  })
})

describe('domains', () => {
  it('are disabled before they are deleted, and take everything along', async () => {
    const domain = at(await identity.admin('POST', '/v3/domains', { domain: { name: 'gone' } }), 'domain', 'id')
    const project = await idOf({ name: 'p', domain_id: domain })
    const user = at(await identity.admin('POST', '/v3/users', { user: { name: 'u', domain_id: domain } }), 'user', 'id')
    const group = at(
      await identity.admin('POST', '/v3/groups', { group: { name: 'g', domain_id: domain } }),
      'group',
      'id',
    )
    const path = `/v3/domains/${domain}`
    expect((await identity.admin('DELETE', path)).status).toBe(403)
    expect((await identity.admin('PATCH', path, { domain: { enabled: false } })).body).toMatchObject({
      domain: { enabled: false },
    })
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    for (const gone of [path, `/v3/projects/${project}`, `/v3/users/${user}`, `/v3/groups/${group}`]) {
      expect((await identity.admin('GET', gone)).status).toBe(404)
    }
  })

  it('take an id of their own, if it is a UUID', async () => {
    const id = 'a'.repeat(32)
    const create = (explicit_domain_id: string) =>
      identity.admin('POST', '/v3/domains', { domain: { name: explicit_domain_id, explicit_domain_id } })
    expect(await create(id)).toMatchObject({ status: 201, body: { domain: { id } } })
    expect((await create(id)).status).toBe(409)
    expect((await create('not-a-uuid')).status).toBe(400)
    expect((await identity.admin('GET', '/v3/domains?name=Default')).body).toMatchObject({
      domains: [{ id: 'default' }],
    })
    expect((await identity.admin('GET', `/v3/domains/${await idOf({ name: 'no-domain' })}`)).status).toBe(404)
  })
})

describe('a description that is null', () => {
  it.each([
    ['projects', 'project', null],
    ['domains', 'domain', null],
    ['groups', 'group', null],
    // Where the column of Keystone's can hold none.
    ['regions', 'region', ''],
  ])('of %s is kept as Keystone does', async (path, kind, kept) => {
    const make = async (fields: object) => {
      const named = kind === 'region' ? {} : { name: `null-${kind}${Object.keys(fields).length}` }
      return identity.admin('POST', `/v3/${path}`, { [kind]: { ...named, ...fields } })
    }
    expect((await make({})).body).toMatchObject({ [kind]: { description: '' } })
    const made = await make({ description: null })
    expect(made).toMatchObject({ status: 201, body: { [kind]: { description: kept } } })
    const one = `/v3/${path}/${at(made, kind, 'id')}`
    const change = async (description: string | null) =>
      (await identity.admin('PATCH', one, { [kind]: { description } })).body
    expect(await change('text')).toMatchObject({ [kind]: { description: 'text' } })
    expect(await change(null)).toMatchObject({ [kind]: { description: kept } })
    expect((await identity.admin('GET', one)).body).toMatchObject({ [kind]: { description: kept } })
  })
})
