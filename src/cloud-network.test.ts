// What only a whole cloud shows: what a server tells of its ports follows them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime, type Runtime } from '#platform/runtime.ts'
import { type Answer, createClient } from '#platform/testing/api.ts'
import { openTestEngines, type TestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { createCloud } from './cloud.ts'

let engines: TestEngines
let runtime: Runtime
let network: string
let server: string

const call = (type: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  createClient(runtime.urlOf(type), 'admin')(method, path, {
    body,
    headers: type === 'compute' ? { 'openstack-api-version': 'compute 2.90' } : {},
  })
const idIn = ({ body }: Answer): string => /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
const shown = async (): Promise<unknown> => (await call('compute', 'GET', `/v2.1/servers/${server}`)).body
const act = (action: string, name: string) =>
  call('compute', 'POST', `/v2.1/servers/${server}/action`, { [action]: { name } })

beforeAll(async () => {
  engines = await openTestEngines({ hypervisor: 'simulated', network: 'simulated' })
  runtime = createRuntime(engines, { retryDelaysMs: [1] })
  await runtime.start(createCloud(runtime.platform, runtime.context).services, authenticatePersona)
  const image = idIn(await call('image', 'POST', '/v2/images', { disk_format: 'raw', container_format: 'bare' }))
  const upload = createClient(runtime.urlOf('image'), 'admin')
  const headers = { 'content-type': 'application/octet-stream' }
  await upload('PUT', `/v2/images/${image}/file`, { body: Buffer.alloc(512), headers })
  network = idIn(await call('network', 'POST', '/v2.0/networks', { network: { name: 'old' } }))
  await call('network', 'POST', '/v2.0/subnets', {
    subnet: { network_id: network, ip_version: 4, cidr: '10.1.0.0/24' },
  })
  await call('compute', 'POST', '/v2.1/flavors', { flavor: { id: '1', name: 'nano', ram: 64, vcpus: 1, disk: 1 } })
  const wanted = { name: 'web', imageRef: image, flavorRef: '1', networks: [{ uuid: network }] }
  server = idIn(await call('compute', 'POST', '/v2.1/servers', { server: wanted }))
  await runtime.platform.work.idle()
})
afterAll(async () => {
  await runtime.stop()
  await engines.close()
})

describe('what a server tells of its ports', () => {
  it('follows its security groups at once, by their newest names', async () => {
    const group = idIn(await call('network', 'POST', '/v2.0/security-groups', { security_group: { name: 'web' } }))
    expect((await act('addSecurityGroup', 'web')).status).toBe(202)
    expect(await shown()).toMatchObject({ server: { security_groups: [{ name: 'default' }, { name: 'web' }] } })
    await call('network', 'PUT', `/v2.0/security-groups/${group}`, { security_group: { name: 'www' } })
    await expect.poll(shown).toMatchObject({ server: { security_groups: [{ name: 'default' }, { name: 'www' }] } })
    expect((await act('removeSecurityGroup', 'www')).status).toBe(202)
    expect(await shown()).toMatchObject({ server: { security_groups: [{ name: 'default' }] } })
    expect((await act('removeSecurityGroup', 'www')).status).toBe(404)
  })

  it('gets floating IPs from networks that lead to the outside', async () => {
    const pools = async (version: string) =>
      createClient(runtime.urlOf('compute'), 'member')('GET', '/v2.1/os-floating-ip-pools', {
        headers: { 'openstack-api-version': `compute ${version}` },
      })
    expect((await pools('2.1')).body).toEqual({ floating_ip_pools: [] })
    const external = { name: 'public', 'router:external': true }
    const made = await call('network', 'POST', '/v2.0/networks', { network: external })
    expect((await pools('2.35')).body).toEqual({ floating_ip_pools: [{ name: 'public' }] })
    expect((await pools('2.36')).status).toBe(404)
    await call('network', 'DELETE', `/v2.0/networks/${idIn(made)}`)
  })

  it('follows the name of its network', async () => {
    await call('network', 'PUT', `/v2.0/networks/${network}`, { network: { name: 'new' } })
    await expect.poll(shown).toMatchObject({ server: { addresses: { new: [{ version: 4 }] } } })
  })

  it('keeps the tags of the cards that are plugged in', async () => {
    const path = `/v2.1/servers/${server}/os-interface`
    const interfaceAttachment = { net_id: network, tag: 'backup' }
    const made = await call('compute', 'POST', path, { interfaceAttachment })
    expect(made).toMatchObject({ status: 200, body: { interfaceAttachment: { tag: 'backup' } } })
    await act('addSecurityGroup', 'default')
    expect((await call('compute', 'GET', path)).body).toMatchObject({
      interfaceAttachments: [{ tag: null }, { tag: 'backup' }],
    })
  })

  it('has no groups where a port can have none, and says so', async () => {
    const ports = await call('network', 'GET', `/v2.0/ports?device_id=${server}`)
    const open = { port: { port_security_enabled: false, security_groups: [] } }
    await call('network', 'PUT', `/v2.0/ports/${idIn(ports)}`, open)
    const message = 'Network requires port_security_enabled and subnet associated in order to apply security groups.'
    expect(await act('addSecurityGroup', 'default')).toMatchObject({ status: 400, body: { badRequest: { message } } })
  })
})
