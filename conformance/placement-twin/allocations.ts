import { randomUUID } from 'node:crypto'
import type { Tour } from './tour.ts'

const nobody = '00000000-0000-0000-0000-00000000dead'

/** A body of PUT /allocations in the shape of each version. */
export function allocationBody(minor: number, resources: Readonly<Record<string, object>>, more: object = {}): object {
  const owner = minor >= 8 ? { project_id: 'p', user_id: 'u' } : {}
  const generation = minor >= 28 ? { consumer_generation: null } : {}
  const type = minor >= 38 ? { consumer_type: 'INSTANCE' } : {}
  const allocations =
    minor >= 12
      ? Object.fromEntries(Object.entries(resources).map(([uuid, each]) => [uuid, { resources: each }]))
      : Object.entries(resources).map(([uuid, each]) => ({ resource_provider: { uuid }, resources: each }))
  return { allocations, ...owner, ...generation, ...type, ...more }
}

/** Claims in every shape, and what is said of them afterwards. */
export async function visitAllocations(tour: Tour): Promise<void> {
  const { ask, newest, minor } = tour
  const inventories = {
    VCPU: { total: 8 },
    DISK_GB: { total: 100, min_unit: 10, max_unit: 50, step_size: 5, reserved: 20 },
  }
  const a = await tour.provider(`claims-a-${minor}`, { inventories })
  const b = await tour.provider(`claims-b-${minor}`, { inventories })
  const [consumer, other] = [randomUUID(), randomUUID()]
  const look = async () => {
    for (const path of [
      `/allocations/${consumer}`,
      `/allocations/${other}`,
      `/resource_providers/${a}/allocations`,
      `/resource_providers/${a}/usages`,
      `/resource_providers/${a}`,
    ])
      await ask('GET', path)
    for (const query of ['project_id=p', 'project_id=p2&user_id=u2', 'project_id=p&consumer_type=all'])
      await ask('GET', `/usages?${query}`)
  }
  const generation = async (of: string): Promise<number | null> => {
    const { text } = await newest('GET', `/allocations/${of}`)
    const { consumer_generation: number }: { consumer_generation?: number } = JSON.parse(text)
    return number ?? null
  }
  const set = async (of: string, resources: Readonly<Record<string, object>>, more: object = {}) =>
    ask(
      'PUT',
      `/allocations/${of}`,
      allocationBody(minor, resources, minor >= 28 ? { consumer_generation: await generation(of), ...more } : more),
    )
  await look()
  for (const resources of [
    { VCPU: 0 },
    { VCPU: -1 },
    { VCPU: 1.5 },
    { VCPU: '1' },
    {},
    { nope: 1 },
    { NOPE: 1 },
    { CUSTOM_NOPE: 1 },
    { PCPU: 1 },
    { VCPU: 9 },
    { VCPU: 99999999999 },
    { DISK_GB: 5 },
    { DISK_GB: 55 },
    { DISK_GB: 12 },
    { DISK_GB: 85 },
  ])
    await set(consumer, { [a]: resources })
  // Placement leaves a consumer behind where the provider is not there.
  await set(randomUUID(), { [nobody]: { VCPU: 1 } })
  await set(randomUUID(), {})
  await set(consumer, { x: { VCPU: 1 } })
  await set('x', { [a]: { VCPU: 1 } })
  await set(consumer, { [a]: { VCPU: 2, DISK_GB: 10 } })
  await look()
  await set(consumer, { [a]: { VCPU: 3 }, [b]: { VCPU: 1, DISK_GB: 15 } })
  await look()
  await set(consumer, { [a]: { VCPU: 3 } }, { project_id: 'p2', user_id: 'u2' })
  await look()
  await set(consumer, { [a]: { VCPU: 4 } }, { project_id: 'p' })
  await set(consumer, { [a]: { VCPU: 4 } }, { user_id: '' })
  await set(consumer, { [a]: { VCPU: 4 } }, { project_id: 'p'.repeat(256) })
  await set(consumer, { [a]: { VCPU: 4 } }, { project_id: 5 })
  await set(consumer, { [a]: { VCPU: 4 } }, { consumer_generation: 99 })
  await set(consumer, { [a]: { VCPU: 4 } }, { consumer_generation: null })
  await set(consumer, { [a]: { VCPU: 4 } }, { consumer_generation: 'x' })
  await set(other, { [a]: { VCPU: 1 } }, { consumer_generation: 5 })
  await set(consumer, { [a]: { VCPU: 4 } }, { consumer_type: 'OTHER' })
  await set(consumer, { [a]: { VCPU: 4 } }, { consumer_type: 'x' })
  await set(consumer, { [a]: { VCPU: 4 } }, { consumer_type: 'T'.repeat(256) })
  await set(consumer, { [a]: { VCPU: 4 } }, { mappings: { '': [a] } })
  await set(consumer, { [a]: { VCPU: 4 } }, { mappings: {} })
  await set(consumer, { [a]: { VCPU: 4 } }, { mappings: { 'a b': [a] } })
  await set(consumer, { [a]: { VCPU: 4 } }, { mappings: { '': ['x'] } })
  await set(consumer, { [a]: { VCPU: 4 } }, { mappings: { '': [] } })
  await set(consumer, { [a]: { VCPU: 4 } }, { more: 1 })
  for (const shape of [10, 11, 12, 27, 28, 33, 34, 37, 38]) {
    await ask('PUT', `/allocations/${other}`, allocationBody(shape, { [b]: { VCPU: 1 } }))
    await look()
    await ask('POST', '/allocations', {
      [other]: allocationBody(
        shape,
        { [b]: { VCPU: 1 } },
        shape >= 28 ? { consumer_generation: await generation(other) } : {},
      ),
    })
    await newest('DELETE', `/allocations/${other}`)
  }
  await ask('PUT', `/allocations/${other}`, {
    ...allocationBody(minor, { [a]: { VCPU: 1 } }),
    ...(minor >= 12 ? { allocations: { [a]: { resources: { VCPU: 1 }, generation: 1 } } } : {}),
  })
  await ask('PUT', `/allocations/${other}`, { ...allocationBody(minor, {}), allocations: { [a]: {} } })
  await ask('PUT', `/allocations/${other}`, {
    ...allocationBody(minor, {}),
    allocations: [{ resource_provider: { uuid: a }, resources: { VCPU: 1 }, more: 1 }],
  })
  await ask('PUT', `/allocations/${other}`, {
    ...allocationBody(minor, {}),
    allocations: [{ resource_provider: {}, resources: { VCPU: 1 } }],
  })
  await newest('DELETE', `/allocations/${other}`)
  const both = async (amount: number, more: object = {}) => ({
    [consumer]: allocationBody(
      minor,
      { [a]: { VCPU: amount } },
      minor >= 28 ? { consumer_generation: await generation(consumer), ...more } : more,
    ),
    [other]: allocationBody(
      minor,
      { [a]: { VCPU: amount }, [b]: { DISK_GB: 10 } },
      minor >= 28 ? { consumer_generation: await generation(other), ...more } : more,
    ),
  })
  for (const amount of [3, 5, 9]) await ask('POST', '/allocations', await both(amount))
  await look()
  await ask('POST', '/allocations', {})
  await ask('POST', '/allocations', { x: allocationBody(minor, { [a]: { VCPU: 1 } }) })
  await ask('POST', '/allocations', await both(1, { consumer_generation: 99 }))
  await ask('POST', '/allocations', {
    ...(await both(1)),
    [randomUUID()]: allocationBody(minor, { [nobody]: { VCPU: 1 } }),
  })
  await ask('POST', '/allocations', {
    ...(await both(1)),
    [randomUUID()]: allocationBody(minor, { [a]: { CUSTOM_NOPE: 1 } }),
  })
  await ask('POST', '/allocations', {
    [other]: allocationBody(minor, {}, minor >= 28 ? { consumer_generation: await generation(other) } : {}),
  })
  await look()
  await ask('DELETE', `/resource_providers/${a}`)
  await ask('DELETE', `/resource_providers/${a}/inventories/VCPU`)
  await ask('DELETE', `/resource_providers/${a}/inventories`)
  const current = await tour.generation(a)
  await ask('PUT', `/resource_providers/${a}/inventories`, { resource_provider_generation: current, inventories: {} })
  await ask('PUT', `/resource_providers/${a}/inventories`, {
    resource_provider_generation: current,
    inventories: { VCPU: { total: 1 }, DISK_GB: { total: 1 } },
  })
  await look()
  await ask(
    'PUT',
    `/allocations/${consumer}`,
    allocationBody(minor, {}, minor >= 28 ? { consumer_generation: await generation(consumer) } : {}),
  )
  await look()
  for (const who of [consumer, other, 'x', consumer.toUpperCase()]) {
    await ask('DELETE', `/allocations/${who}`)
    await ask('DELETE', `/allocations/${who}`)
    await newest('DELETE', `/allocations/${who}`)
  }
  await look()
}

/** What projects and their users use, by type of consumer. */
export async function visitUsages(tour: Tour): Promise<void> {
  const { ask, newest, minor } = tour
  const uuid = await tour.provider(`usages-${minor}`, { inventories: { VCPU: { total: 9 }, MEMORY_MB: { total: 9 } } })
  const consumers = ['INSTANCE', 'MIGRATION', 'INSTANCE'].map((type, at) => ({ type, at, id: randomUUID() }))
  for (const { type, at, id } of consumers) {
    const more = { user_id: `u${at}`, consumer_type: type }
    await newest('PUT', `/allocations/${id}`, allocationBody(39, { [uuid]: { VCPU: 1 + at } }, more))
  }
  const unnamed = randomUUID()
  await tour.at(28)('PUT', `/allocations/${unnamed}`, allocationBody(28, { [uuid]: { MEMORY_MB: 2 } }))
  for (const query of [
    '',
    'project_id=p',
    'project_id=p&user_id=u',
    'project_id=p&user_id=v',
    'project_id=none',
    'project_id=',
    `project_id=${'p'.repeat(256)}`,
    'project_id=p&nope=1',
    'user_id=u',
    'project_id=p&consumer_type=INSTANCE',
    'project_id=p&consumer_type=all',
    'project_id=p&consumer_type=unknown',
    'project_id=p&consumer_type=OTHER',
    'project_id=p&consumer_type=x',
    'project_id=p&consumer_type=',
    'project_id=p&consumer_type=allx',
  ])
    await ask('GET', `/usages?${query}`)
  for (const id of [...consumers.map((each) => each.id), unnamed]) await newest('DELETE', `/allocations/${id}`)
}

/** Inventories and claims moved in one step. */
export async function visitReshaper(tour: Tour): Promise<void> {
  const { ask, newest, minor, generation } = tour
  const root = await tour.provider(`shape-${minor}`, { inventories: { VCPU: { total: 8 }, VGPU: { total: 2 } } })
  const child = await tour.provider(`shape-child-${minor}`, { parent: root })
  const consumer = randomUUID()
  await newest('PUT', `/allocations/${consumer}`, allocationBody(39, { [root]: { VCPU: 2, VGPU: 1 } }))
  const shape = async (moved: object, of: object = {}, more: object = {}) => ({
    inventories: {
      [root]: { resource_provider_generation: await generation(root), inventories: { VCPU: { total: 8 } } },
      [child]: { resource_provider_generation: await generation(child), inventories: { VGPU: { total: 2 } } },
    },
    allocations: { [consumer]: { ...allocationBody(minor, {}), allocations: moved, consumer_generation: 1, ...of } },
    ...more,
  })
  const split = { [root]: { resources: { VCPU: 2 } }, [child]: { resources: { VGPU: 1 } } }
  for (const body of [
    {},
    await shape(split, {}, { allocations: {} }),
    await shape(split, {}, { inventories: {} }),
    await shape(split, {}, { more: 1 }),
    await shape(split, { consumer_generation: 9 }),
    await shape(split, { consumer_type: 'OTHER' }),
    await shape(split, { mappings: { '': [root] } }),
    await shape({ [root]: { resources: { VCPU: 2, VGPU: 1 } } }),
    await shape({ [child]: { resources: { VGPU: 3 } } }),
    await shape({ [nobody]: { resources: { VGPU: 1 } } }),
    await shape({ [child]: { resources: { CUSTOM_NOPE: 1 } } }),
    await shape(split, {}, { inventories: { [nobody]: { resource_provider_generation: 0, inventories: {} } } }),
    await shape(split, {}, { inventories: { [root]: { resource_provider_generation: 99, inventories: {} } } }),
    await shape(
      split,
      {},
      {
        inventories: {
          [root]: { resource_provider_generation: await generation(root), inventories: { CUSTOM_NOPE: { total: 1 } } },
        },
      },
    ),
    await shape(split, {}, { inventories: { x: { resource_provider_generation: 0, inventories: {} } } }),
    await shape(split),
    await shape(split),
  ]) {
    await ask('POST', '/reshaper', body)
    await ask('GET', `/allocations/${consumer}`)
    for (const uuid of [root, child]) await ask('GET', `/resource_providers/${uuid}/inventories`)
  }
  await newest('DELETE', `/allocations/${consumer}`)
}
