import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorOf, idOf, listOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

let cloud: TestNetwork
beforeAll(async () => {
  cloud = await startNetwork()
})
afterAll(() => cloud.stop())

const create = (network: object, token = 'admin') => cloud.api('POST', '/v2.0/networks', { body: { network }, token })

describe('networks', () => {
  it('are created with what Neutron shows, in its order', async () => {
    const answer = await create({ name: 'net' }, 'member')
    expect(answer.status).toBe(201)
    const network = objectOf(answer)
    expect(Object.keys(network)).toEqual([
      'id',
      'name',
      'tenant_id',
      'admin_state_up',
      'mtu',
      'status',
      'subnets',
      'shared',
      'availability_zone_hints',
      'availability_zones',
      'ipv4_address_scope',
      'ipv6_address_scope',
      'router:external',
      'description',
      'port_security_enabled',
      'tags',
      'created_at',
      'updated_at',
      'revision_number',
      'project_id',
    ])
    expect(network).toMatchObject({ mtu: 1442, status: 'ACTIVE', shared: false, revision_number: 1, tags: [] })
    const seen = await cloud.api('GET', `/v2.0/networks/${idOf(answer)}`)
    expect(objectOf(seen)).toMatchObject({ 'provider:network_type': 'geneve', 'provider:physical_network': null })
    await cloud.settled()
    expect(cloud.fabric.networks.revisions().has(idOf(answer))).toBe(true)
    // Each network has the port through which its hosts reach the metadata service.
    const ports = await cloud.api('GET', `/v2.0/ports?network_id=${idOf(answer)}`)
    expect(listOf(ports)).toMatchObject([{ device_owner: 'network:distributed', device_id: `ovnmeta-${idOf(answer)}` }])
    expect((await cloud.api('DELETE', `/v2.0/networks/${idOf(answer)}`, { token: 'member' })).status).toBe(204)
    await cloud.settled()
    expect(cloud.fabric.networks.revisions().has(idOf(answer))).toBe(false)
    expect(cloud.fabric.ports.revisions().size).toBe(0)
  })

  it('are updated, and count their revision', async () => {
    const id = idOf(await create({ name: 'a' }))
    const path = `/v2.0/networks/${id}`
    const updated = await cloud.api('PUT', path, {
      body: { network: { name: 'b', admin_state_up: 'false', mtu: 1400 } },
    })
    expect(objectOf(updated)).toMatchObject({ name: 'b', admin_state_up: false, mtu: 1400, revision_number: 2 })
    const stale = await cloud.api('PUT', path, {
      body: { network: { name: 'c' } },
      headers: { 'if-match': 'revision_number=1' },
    })
    expect(errorOf(stale)).toEqual({
      status: 412,
      type: 'RevisionNumberConstraintFailed',
      message: 'Constrained to 1, but current revision is 2',
    })
    expect((await cloud.api('DELETE', path, { headers: { 'if-match': 'revision_number=2' } })).status).toBe(204)
    expect(errorOf(await cloud.api('GET', path))).toEqual({
      status: 404,
      type: 'NetworkNotFound',
      message: `Network ${id} could not be found.`,
    })
  })

  it('are made of a physical network by administrators alone, and each once', async () => {
    const provider = { 'provider:network_type': 'flat', 'provider:physical_network': 'extnet' }
    expect(errorOf(await create(provider, 'member'))).toEqual({
      status: 403,
      type: 'PolicyNotAuthorized',
      message:
        '((rule:create_network and rule:create_network:provider:network_type) and rule:create_network:provider:physical_network) is disallowed by policy',
    })
    const external = await create({ name: 'public', 'router:external': true, ...provider })
    expect(objectOf(external)).toMatchObject({ 'router:external': true, mtu: 1500, 'provider:segmentation_id': null })
    expect(errorOf(await create(provider))).toEqual({
      status: 409,
      type: 'FlatNetworkInUse',
      message: 'Unable to create the flat network. Physical network extnet is in use.',
    })
    const seen = await cloud.api('GET', `/v2.0/networks/${idOf(external)}`, { token: 'other-reader' })
    expect(seen.status).toBe(200)
    expect(objectOf(seen)).not.toHaveProperty('provider:network_type')
    const refused = await cloud.api('DELETE', `/v2.0/networks/${idOf(external)}`, { token: 'other-member' })
    expect(errorOf(refused)).toMatchObject({ status: 403, message: 'rule:delete_network is disallowed by policy' })
    expect((await cloud.api('DELETE', `/v2.0/networks/${idOf(external)}`)).status).toBe(204)
  })

  it('of another project are not there, unless shared', async () => {
    const id = idOf(await create({ name: 'ours' }, 'member'))
    const seen = (token: string) => cloud.api('GET', `/v2.0/networks/${id}`, { token })
    expect((await seen('other-member')).status).toBe(404)
    expect((await seen('reader')).status).toBe(200)
    expect(listOf(await cloud.api('GET', '/v2.0/networks', { token: 'other-reader' }))).toEqual([])
    expect(
      errorOf(await cloud.api('PUT', `/v2.0/networks/${id}`, { body: { network: { shared: true } }, token: 'member' })),
    ).toMatchObject({ status: 403 })
    expect((await cloud.api('PUT', `/v2.0/networks/${id}`, { body: { network: { shared: true } } })).status).toBe(200)
    expect((await seen('other-member')).status).toBe(200)
    expect(listOf(await cloud.api('GET', '/v2.0/networks', { token: 'system-reader' }))).toEqual([])
    expect((await cloud.api('GET', '/v2.0/networks', { token: '' })).status).toBe(401)
    await cloud.api('DELETE', `/v2.0/networks/${id}`)
  })

  it('are listed by filters, in order, by fields and by pages with links', async () => {
    const made = await cloud.api('POST', '/v2.0/networks', {
      body: { networks: ['p1', 'p2', 'p3'].map((name) => ({ name, description: 'paged' })) },
    })
    expect(made.status).toBe(201)
    expect(listOf(made).map((network) => network.name)).toEqual(['p1', 'p2', 'p3'])
    const list = async (query: string) => cloud.api('GET', `/v2.0/networks?description=paged&${query}`)
    expect(listOf(await list('name=p1&name=p3&fields=name&sort_key=name&sort_dir=desc'))).toEqual([
      { name: 'p3' },
      { name: 'p1' },
    ])
    expect(listOf(await list('shared=True'))).toEqual([])
    const first = await list('limit=2&sort_key=name&sort_dir=asc')
    expect(listOf(first).map((network) => network.name)).toEqual(['p1', 'p2'])
    expect(JSON.stringify(first.body)).toContain('"rel":"next"')
    const marker = String(listOf(first)[1]?.id)
    const second = await list(`limit=2&sort_key=name&sort_dir=asc&marker=${marker}`)
    expect(listOf(second).map((network) => network.name)).toEqual(['p3'])
    const back = await list(
      `limit=2&sort_key=name&sort_dir=asc&marker=${String(listOf(second)[0]?.id)}&page_reverse=True`,
    )
    expect(listOf(back).map((network) => network.name)).toEqual(['p1', 'p2'])
    expect(errorOf(await list('colour=blue'))).toEqual({
      status: 400,
      type: 'HTTPBadRequest',
      message: "['colour'] is invalid attribute for filtering",
    })
    expect(errorOf(await list('limit=-1')).message).toBe(
      "Bad limit request: Limit must be an integer 0 or greater and not '-1'.",
    )
    for (const network of listOf(made)) await cloud.api('DELETE', `/v2.0/networks/${String(network.id)}`)
  })

  it('have tags', async () => {
    const id = idOf(await create({ name: 'tagged' }))
    const path = `/v2.0/networks/${id}/tags`
    expect((await cloud.api('PUT', path, { body: { tags: ['red', 'blue'] } })).body).toEqual({ tags: ['red', 'blue'] })
    expect(errorOf(await cloud.api('PUT', path, { body: { tags: 'x' } }))).toEqual({
      status: 400,
      type: 'InvalidInput',
      message: "Invalid input for operation: 'x' is not a list.",
    })
    expect((await cloud.api('PUT', `${path}/green`)).status).toBe(201)
    expect((await cloud.api('DELETE', `${path}/red`)).status).toBe(204)
    expect((await cloud.api('GET', `${path}/red`)).status).toBe(404)
    expect((await cloud.api('GET', `${path}/blue`)).status).toBe(204)
    const count = async (query: string) => listOf(await cloud.api('GET', `/v2.0/networks?name=tagged&${query}`)).length
    expect(await count('tags=blue,green')).toBe(1)
    expect(await count('tags=blue,red')).toBe(0)
    expect(await count('tags-any=blue,red')).toBe(1)
    expect(await count('not-tags=blue')).toBe(0)
    expect(objectOf(await cloud.api('GET', `/v2.0/networks/${id}`))).toMatchObject({ tags: ['blue', 'green'] })
    await cloud.api('DELETE', `/v2.0/networks/${id}`)
  })

  it.each<[unknown, string, string]>([
    [{ network: { name: 'x', colour: 'blue' } }, 'HTTPBadRequest', "Unrecognized attribute(s) 'colour'"],
    [{ network: { name: 7 } }, 'HTTPBadRequest', "Invalid input for name. Reason: '7' is not a valid string."],
    [
      { network: { name: 'x'.repeat(256) } },
      'HTTPBadRequest',
      `Invalid input for name. Reason: '${'x'.repeat(256)}' exceeds maximum length of 255.`,
    ],
    [
      { network: { admin_state_up: 'perhaps' } },
      'InvalidInput',
      "Invalid input for operation: 'perhaps' cannot be converted to boolean.",
    ],
    [{ network: { id: 'x' } }, 'HTTPBadRequest', "Attribute 'id' not allowed in POST"],
    [{ network: 'x' }, 'HTTPBadRequest', "Object 'network' contains invalid data"],
    [{ router: {} }, 'HTTPBadRequest', "Unable to find 'network' in request body"],
    [{}, 'HTTPBadRequest', "Unable to find 'network' in request body"],
    ['{"network":', 'HTTPBadRequest', 'Body contains invalid data'],
    [{ networks: [] }, 'HTTPBadRequest', 'Resources required'],
    [
      { network: { 'provider:segmentation_id': 5 } },
      'InvalidInput',
      'Invalid input for operation: network_type required.',
    ],
    [
      { network: { 'provider:network_type': 'warp' } },
      'InvalidInput',
      "Invalid input for operation: network_type value 'warp' not supported.",
    ],
    [
      { network: { mtu: 9000 } },
      'InvalidInput',
      'Invalid input for operation: Requested MTU is too big, maximum is 1442.',
    ],
  ])('refuse %j', async (body, type, message) => {
    expect(errorOf(await cloud.api('POST', '/v2.0/networks', { body }))).toEqual({ status: 400, type, message })
  })

  it('stop at the quota, and none of a bulk request is left', async () => {
    await cloud.api('PUT', '/v2.0/quotas/other-project-id', { body: { quota: { network: 2 } } })
    const bulk = (count: number) =>
      cloud.api('POST', '/v2.0/networks', {
        body: { networks: Array.from({ length: count }, () => ({ name: 'q' })) },
        token: 'other-member',
      })
    expect(errorOf(await bulk(3))).toEqual({
      status: 409,
      type: 'OverQuota',
      message: "Quota exceeded for resources: ['network'].",
    })
    expect(listOf(await cloud.api('GET', '/v2.0/networks?name=q'))).toEqual([])
    const made = await bulk(2)
    expect(made.status).toBe(201)
    for (const network of listOf(made)) await cloud.api('DELETE', `/v2.0/networks/${String(network.id)}`)
    expect((await cloud.api('DELETE', '/v2.0/quotas/other-project-id')).status).toBe(204)
  })
})

describe('discovery', () => {
  it('needs no token', async () => {
    const root = await cloud.api('GET', '/', { token: '' })
    expect(root.status).toBe(200)
    expect(listOf(root)).toMatchObject([{ id: 'v2.0', status: 'CURRENT' }])
    expect(listOf(await cloud.api('GET', '/v2.0/', { token: '' })).map((each) => each.name)).toContain('network')
    expect(errorOf(await cloud.api('GET', '/v2.0/nothing'))).toMatchObject({ status: 404, type: 'HTTPNotFound' })
  })

  it('lists what is implemented', async () => {
    const aliases = listOf(await cloud.api('GET', '/v2.0/extensions')).map((each) => each.alias)
    expect(aliases).toContain('security-group')
    expect(objectOf(await cloud.api('GET', '/v2.0/extensions/router'))).toMatchObject({ alias: 'router', links: [] })
    expect((await cloud.api('GET', '/v2.0/extensions/qos')).status).toBe(404)
  })
})
