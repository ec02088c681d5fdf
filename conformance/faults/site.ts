// The place faults are tried in: a cloud with an image, a flavor, a network with a way out; and the eyes to see what is left of a server.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cloud } from '../cloud.ts'
import { expectThat, until } from '../tally.ts'
import { type Api, isRow, type Row } from './api.ts'

export type Site = {
  readonly cloud: Cloud
  readonly api: Api
  readonly imageId: string
  readonly flavorId: string
  readonly networkId: string
  readonly externalId: string
}

/** Uploads the guest and makes the networks. */
export async function prepareSite(cloud: Cloud, api: Api): Promise<Site> {
  const file = guestFile(cloud)
  const made = await cloud.haneul(['image', 'guest', file])
  expectThat(made.code === 0, made.stderr)
  const image = await createImage(api, 'guest')
  await api.upload(`image/images/${image}/file`, file, 1_000_000_000, 60)
  const flavor = { name: 'small', ram: 256, disk: 1, vcpus: 1 }
  const { id: flavorId } = await api.take('POST', 'compute/flavors', 'flavor', { flavor })
  const network = async (body: Row): Promise<string> =>
    String((await api.take('POST', 'network/networks', 'network', { network: body }))['id'])
  const subnet = async (body: Row): Promise<string> =>
    String((await api.take('POST', 'network/subnets', 'subnet', { subnet: { ip_version: 4, ...body } }))['id'])
  const externalId = await network({
    name: 'public',
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'extnet',
  })
  const pool = [{ start: '172.24.4.100', end: '172.24.4.200' }]
  await subnet({
    network_id: externalId,
    cidr: '172.24.4.0/24',
    gateway_ip: '172.24.4.1',
    enable_dhcp: false,
    allocation_pools: pool,
  })
  const networkId = await network({ name: 'inside' })
  const inside = await subnet({ network_id: networkId, cidr: '10.1.0.0/24' })
  const router = await api.take('POST', 'network/routers', 'router', {
    router: { name: 'out', external_gateway_info: { network_id: externalId } },
  })
  await api.call('PUT', `network/routers/${String(router['id'])}/add_router_interface`, { subnet_id: inside })
  const project = String(router['project_id'])
  const [group] = await api.list(`network/security-groups?name=default&project_id=${project}`, 'security_groups')
  await api.take('POST', 'network/security-group-rules', 'security_group_rule', {
    security_group_rule: { security_group_id: group?.['id'], direction: 'ingress', protocol: 'icmp' },
  })
  return { cloud, api, imageId: image, flavorId: String(flavorId), networkId, externalId }
}

/** The file the guest image is in. */
export const guestFile = (cloud: Cloud): string => join(cloud.state, 'guest.qcow2')

/** A queued image. */
export async function createImage(api: Api, name: string): Promise<string> {
  const answer = await api.call('POST', 'image/images', { name, disk_format: 'qcow2', container_format: 'bare' })
  expectThat(answer.status === 201 && isRow(answer.body), JSON.stringify(answer))
  return isRow(answer.body) ? String(answer.body['id']) : ''
}

/** Kills a process of the cloud as a crash would: no warning, no farewell. A pid that is somebody else's by now is left alone. */
export function crash({ state }: Cloud, name: string): void {
  const [pid = '', startTime] = readFileSync(join(state, 'run', `${name}.pid`), 'utf8').split('\n')
  const facts = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
  const [, started] = /^(?:\S+ ){19}(\d+)/.exec(facts.slice(facts.lastIndexOf(')') + 2)) ?? []
  expectThat(started !== undefined && started === startTime, `${name} does not run`)
  process.kill(Number(pid), 'SIGKILL')
}

/** Starts again what does not run. */
export async function recover(cloud: Cloud): Promise<void> {
  const { code, stdout, stderr } = await cloud.haneul(['up', '--yes', '--state', cloud.state])
  expectThat(code === 0, `haneul up: ${stdout}${stderr}`)
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks for a server; gives its id. */
export async function createServer({ api, imageId, flavorId, networkId }: Site, name: string): Promise<string> {
  const server = { name, imageRef: imageId, flavorRef: flavorId, networks: [{ uuid: networkId }] }
  return String((await api.take('POST', 'compute/servers', 'server', { server }))['id'])
}

/** Waits until the server is ACTIVE, or ERROR with a fault in words; gives its status. */
export async function settled({ api }: Site, id: string, seconds: number): Promise<string> {
  let server: Row = {}
  await until('ACTIVE or ERROR', seconds, async () => {
    server = await api.take('GET', `compute/servers/${id}`, 'server')
    return ['ACTIVE', 'ERROR'].includes(String(server['status'])) && server['OS-EXT-STS:task_state'] === null
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${String(server['status'])}, ${String(server['OS-EXT-STS:task_state'])}`)
  })
  const fault = server['fault']
  if (server['status'] === 'ERROR')
    expectThat(isRow(fault) && String(fault['message']).length > 10, `no fault: ${JSON.stringify(server)}`)
  return String(server['status'])
}

/** Waits until the server is gone, and nothing of it is left. */
export async function vanished(site: Site, id: string, seconds: number): Promise<void> {
  await until('gone', seconds, async () => (await site.api.call('GET', `compute/servers/${id}`)).status === 404)
  let left: readonly string[] = []
  await until('nothing left', 15, async () => {
    left = await leftovers(site)
    return left.length === 0
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${left.join('; ')}`)
  })
}

/** What is there that only a server could need, while there is none. */
export async function leftovers({ cloud, api }: Site): Promise<readonly string[]> {
  const { state } = cloud
  const lines = async (...argv: readonly string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await cloud.run(argv, { timeoutMs: 20_000 })
    expectThat(code === 0, `${argv.join(' ')}: ${stderr}`)
    return stdout.split('\n').filter((line) => line.trim() !== '')
  }
  const uri = `qemu:///system?socket=${state}/libvirt/run/libvirt-sock`
  const [domains, links, interfaces, logicalPorts, ports, providers] = await Promise.all([
    lines('virsh', '-c', uri, 'list', '--all', '--name'),
    lines('ip', '-o', 'link', 'show', 'type', 'tun'),
    lines(
      'ovs-vsctl',
      `--db=unix:${state}/ovs/db.sock`,
      '-f',
      'csv',
      '--columns=name,external_ids',
      'list',
      'Interface',
    ),
    lines(
      'ovn-nbctl',
      `--db=unix:${state}/ovn/ovnnb_db.sock`,
      '--bare',
      '--columns=name',
      'list',
      'Logical_Switch_Port',
    ),
    api.list('network/ports', 'ports'),
    api.list('placement/resource_providers', 'resource_providers'),
  ])
  const known = new Set(ports.map((port) => String(port['id'])))
  const usages = await Promise.all(
    providers.map((row) => api.take('GET', `placement/resource_providers/${String(row['uuid'])}/usages`, 'usages')),
  )
  const guests = ports.filter((port) => String(port['device_owner']).startsWith('compute:'))
  return [
    ...domains.map((name) => `domain ${name}`),
    ...links.filter((line) => /^\d+: tap/.test(line)).map((line) => `device ${line.slice(0, 30)}`),
    ...interfaces.filter((line) => line.includes('vm-id')).map((line) => `switch port ${line.slice(0, 30)}`),
    ...logicalPorts
      .filter((name) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name) && !known.has(name))
      .map((name) => `logical switch port ${name}`),
    ...guests.map((port) => `port ${String(port['id'])}`),
    ...usages
      .filter((usage) => Object.values(usage).some((used) => used !== 0))
      .map((usage) => `allocation ${JSON.stringify(usage)}`),
    ...readdirSync(join(state, 'instances'))
      .filter((name) => name !== '_base')
      .map((name) => `disks of ${name}`),
  ]
}
