import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminProject, at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let project: string
let service: string
let endpoints: Record<string, string>
beforeAll(async () => {
  identity = await startIdentity()
  project = at(await identity.admin('GET', '/v3/projects?name=admin'), 'projects', 0, 'id')
  const made = await identity.admin('POST', '/v3/services', { service: { type: 'toy', name: 'toy' } })
  service = at(made, 'service', 'id')
  const publish = async (side: string) => {
    const endpoint = { service_id: service, interface: side, url: `http://toy.test/${side}`, region_id: 'RegionOne' }
    return [side, at(await identity.admin('POST', '/v3/endpoints', { endpoint }), 'endpoint', 'id')] as const
  }
  endpoints = Object.fromEntries([await publish('public'), await publish('internal')])
})
afterAll(() => identity.stop())

const filter = '/v3/OS-EP-FILTER'
const createGroup = (filters: object) =>
  identity.admin('POST', `${filter}/endpoint_groups`, { endpoint_group: { name: 'group', filters } })
/** URLs of the toy service in the catalog of a new token. */
const urls = async () =>
  JSON.stringify((await identity.login(undefined, adminProject)).body).match(/http:\/\/toy[^"]*/g)

describe('an endpoint', () => {
  it('that was chosen for a project is all its catalog shows', async () => {
    const path = `${filter}/projects/${project}/endpoints`
    expect(await urls()).toHaveLength(2)
    expect((await identity.admin('GET', `${path}/${endpoints['public']}`)).status).toBe(404)
    expect((await identity.admin('PUT', `${path}/${endpoints['public']}`)).status).toBe(204)
    expect((await identity.admin('PUT', `${path}/${endpoints['public']}`)).status).toBe(204)
    expect((await identity.admin('GET', `${path}/${endpoints['public']}`)).status).toBe(204)
    expect(await urls()).toEqual(['http://toy.test/public'])
    expect((await identity.admin('GET', path)).body).toMatchObject({ endpoints: [{ id: endpoints['public'] }] })
    expect((await identity.admin('GET', `${filter}/endpoints/${endpoints['public']}/projects`)).body).toMatchObject({
      projects: [{ id: project }],
    })
    expect((await identity.admin('DELETE', `${path}/${endpoints['public']}`)).status).toBe(204)
    expect((await identity.admin('DELETE', `${path}/${endpoints['public']}`)).status).toBe(404)
    expect((await identity.admin('PUT', `${path}/none`)).status).toBe(404)
    expect((await identity.admin('PUT', `${filter}/projects/none/endpoints/${endpoints['public']}`)).status).toBe(404)
    expect(await urls()).toHaveLength(2)
  })
})

describe('an endpoint group', () => {
  it('is made, shown, listed, changed and deleted', async () => {
    const created = await createGroup({ interface: 'public' })
    const path = `${filter}/endpoint_groups/${at(created, 'endpoint_group', 'id')}`
    expect(created).toMatchObject({
      status: 201,
      body: { endpoint_group: { name: 'group', description: null, filters: { interface: 'public' } } },
    })
    expect((await identity.admin('GET', path)).body).toEqual(created.body)
    expect((await identity.admin('GET', `${filter}/endpoint_groups?name=group`)).body).toMatchObject({
      endpoint_groups: { length: 1 },
    })
    const changes = { endpoint_group: { description: 'd', filters: { interface: 'admin' } } }
    expect((await identity.admin('PATCH', path, changes)).body).toMatchObject(changes)
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await identity.admin('GET', path)).status).toBe(404)
  })

  it('needs filters that exist', async () => {
    expect((await createGroup({})).status).toBe(400)
    expect((await createGroup({ colour: 'red' })).status).toBe(400)
    expect((await createGroup({ interface: 'sideways' })).status).toBe(400)
  })

  it('gives a project the endpoints that its filters let through', async () => {
    const id = at(await createGroup({ interface: 'internal', service_id: service }), 'endpoint_group', 'id')
    const path = `${filter}/endpoint_groups/${id}`
    expect((await identity.admin('GET', `${path}/endpoints`)).body).toMatchObject({
      endpoints: [{ id: endpoints['internal'] }],
    })
    expect((await identity.admin('GET', `${path}/projects/${project}`)).status).toBe(404)
    expect((await identity.admin('PUT', `${path}/projects/${project}`)).status).toBe(204)
    expect((await identity.admin('GET', `${path}/projects/${project}`)).body).toMatchObject({
      project_endpoint_group: { endpoint_group_id: id, project_id: project },
    })
    expect((await identity.admin('GET', `${path}/projects`)).body).toMatchObject({ projects: [{ id: project }] })
    expect((await identity.admin('GET', `${filter}/projects/${project}/endpoint_groups`)).body).toMatchObject({
      endpoint_groups: [{ id }],
    })
    expect(await urls()).toEqual(['http://toy.test/internal'])
    expect((await identity.admin('DELETE', `${path}/projects/${project}`)).status).toBe(204)
    expect(await urls()).toHaveLength(2)
  })
})
