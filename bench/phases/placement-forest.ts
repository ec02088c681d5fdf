// Candidates in a large cloud, and claims: 10,000 providers (5,000 hosts, each with a NUMA node below it).
import type { BenchCloud } from '../cloud.ts'
import { must } from '../load.ts'
import { pool } from './phase.ts'

const version = { 'openstack-api-version': 'placement 1.39' }
const hosts = 5000
/** Where the hosts stand: each aggregate is a rack of a hundred. */
const racks = 50

const inventory = (total: number, ratio: number) => ({ total, max_unit: total, allocation_ratio: ratio })
/** The same uuid for the same number, so that what is asked for can be named. */
const uuidOf = (kind: number, number: number): string =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`

export const hostOf = (number: number): string => uuidOf(1, number)

/** Makes the forest. */
export async function plantForest(cloud: BenchCloud): Promise<void> {
  const { token } = cloud
  const put = (path: string, body: unknown) =>
    must('PUT', `${cloud.url('placement')}${path}`, { token, headers: version, body })
  const create = (body: object) =>
    must('POST', `${cloud.url('placement')}/resource_providers`, { token, headers: version, body })
  const traitsOf = (number: number): string[] => [
    'COMPUTE_NODE',
    ...(number % 2 === 0 ? ['HW_CPU_X86_VMX'] : []),
    ...(number % 5 === 0 ? ['COMPUTE_STATUS_DISABLED'] : []),
  ]
  await pool(hosts, 8, async (number) => {
    const [host, node] = [hostOf(number), uuidOf(2, number)]
    await create({ name: `forest-host-${number}`, uuid: host })
    await put(`/resource_providers/${host}/inventories`, {
      resource_provider_generation: 0,
      inventories: { DISK_GB: inventory(2000, 1), MEMORY_MB: inventory(262_144, 1.5) },
    })
    await put(`/resource_providers/${host}/traits`, { resource_provider_generation: 1, traits: traitsOf(number) })
    await put(`/resource_providers/${host}/aggregates`, {
      resource_provider_generation: 2,
      aggregates: [uuidOf(3, number % racks)],
    })
    await create({ name: `forest-node-${number}`, uuid: node, parent_provider_uuid: host })
    await put(`/resource_providers/${node}/inventories`, {
      resource_provider_generation: 0,
      inventories: { PCPU: inventory(64, 1), VGPU: inventory(8, 1) },
    })
    await put(`/resource_providers/${node}/traits`, {
      resource_provider_generation: 1,
      traits: number % 3 === 0 ? ['HW_CPU_X86_AVX512F', 'HW_NUMA_ROOT'] : ['HW_NUMA_ROOT'],
    })
  })
}

/** Three groups with traits, two racks, and as many candidates as Nova's scheduler asks for at most. */
export const askForest = (cloud: BenchCloud) => {
  const query = [
    'resources=DISK_GB:10,MEMORY_MB:2048',
    'required=COMPUTE_NODE,!COMPUTE_STATUS_DISABLED',
    `member_of=in:${Array.from({ length: 10 }, (_, rack) => uuidOf(3, rack)).join(',')}`,
    'resources_CPU=PCPU:4',
    'required_CPU=in:HW_CPU_X86_AVX512F,HW_CPU_X86_AVX512BW',
    'resources_GPU=VGPU:1',
    'required_GPU=HW_NUMA_ROOT',
    'same_subtree=_CPU,_GPU',
    'group_policy=none',
    'limit=1000',
  ].join('&')
  return () =>
    must('GET', `${cloud.url('placement')}/allocation_candidates?${query}`, { token: cloud.token, headers: version })
}

/** A new consumer takes a little of one host: a claim. Negative numbers are the warm-up's. */
export const claimOne = (cloud: BenchCloud) => (number: number) =>
  must('PUT', `${cloud.url('placement')}/allocations/${crypto.randomUUID()}`, {
    token: cloud.token,
    headers: version,
    body: {
      allocations: { [hostOf(Math.abs(number) % hosts)]: { resources: { DISK_GB: 1, MEMORY_MB: 64 } } },
      project_id: cloud.projectId,
      user_id: 'bench',
      consumer_generation: null,
      consumer_type: 'INSTANCE',
    },
  })
