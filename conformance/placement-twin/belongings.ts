import type { Tour } from './tour.ts'

const nobody = '00000000-0000-0000-0000-00000000dead'
const [one, two] = ['7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d21', '7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d22']

/** Inventories: all at once and one by one. */
export async function visitInventories(tour: Tour): Promise<void> {
  const { ask, newest, minor, generation } = tour
  const uuid = await tour.provider(`inventories-${minor}`)
  const path = `/resource_providers/${uuid}/inventories`
  await ask('GET', path)
  await ask('DELETE', path)
  const records: unknown[] = [
    { total: 10 },
    { total: 10, reserved: 10 },
    { total: 10, reserved: 11 },
    { total: 10, reserved: 9, allocation_ratio: 0.5 },
    { total: 0 },
    { total: -1 },
    { total: 2147483648 },
    { total: 1.5 },
    { total: 2.0 },
    { total: '1' },
    { total: null },
    { total: true },
    {},
    { total: 1, reserved: -1 },
    { total: 1, min_unit: 0 },
    { total: 1, max_unit: 0 },
    { total: 1, step_size: 0 },
    { total: 1, allocation_ratio: -1 },
    { total: 1, allocation_ratio: 0 },
    { total: 1, allocation_ratio: 1e39 },
    { total: 1, allocation_ratio: '1' },
    { total: 1, more: 1 },
    { total: 1, min_unit: 5, max_unit: 2 },
    { total: 7, reserved: 1, min_unit: 2, max_unit: 4, step_size: 2, allocation_ratio: 1.7 },
    5,
    null,
  ]
  for (const record of records) {
    await ask('PUT', path, { resource_provider_generation: await generation(uuid), inventories: { VCPU: record } })
    if (typeof record !== 'object' || record === null) continue
    await ask('PUT', `${path}/VCPU`, { resource_provider_generation: await generation(uuid), ...record })
    await ask('POST', path, { resource_class: 'DISK_GB', ...record })
    await ask('GET', `${path}/DISK_GB`)
    await ask('DELETE', `${path}/DISK_GB`)
    await ask('GET', path)
  }
  const current = await generation(uuid)
  for (const body of [
    {},
    { inventories: {} },
    { resource_provider_generation: current },
    { resource_provider_generation: 'x', inventories: {} },
    { resource_provider_generation: current + 1, inventories: {} },
    { resource_provider_generation: null, inventories: {} },
    { resource_provider_generation: current, inventories: [] },
    { resource_provider_generation: current, inventories: {}, more: 1 },
    { resource_provider_generation: current, inventories: { CUSTOM_NOPE: { total: 1 } } },
    { resource_provider_generation: current, inventories: { nope: { total: 1 } } },
    { resource_provider_generation: current, inventories: { 'a b': { total: 1 } } },
    { resource_provider_generation: current, inventories: { VCPU: { total: 3, resource_provider_generation: 9 } } },
  ])
    await ask('PUT', path, body)
  for (const body of [
    {},
    { total: 1 },
    { resource_class: 'CUSTOM_NOPE', total: 1 },
    { resource_class: 'nope', total: 1 },
    { resource_class: 5, total: 1 },
    { resource_class: 'VCPU', total: 1 },
    { resource_class: 'PCPU', total: 1, resource_provider_generation: 99 },
    { resource_class: 'PCPU', total: 1, resource_provider_generation: await generation(uuid) },
  ])
    await ask('POST', path, body)
  for (const name of ['VCPU', 'PCPU', 'DISK_GB', 'CUSTOM_NOPE', 'nope']) {
    await ask('GET', `${path}/${name}`)
    await ask('PUT', `${path}/${name}`, { resource_provider_generation: await generation(uuid), total: 5 })
    await ask('PUT', `${path}/${name}`, { resource_provider_generation: 99, total: 5 })
    await ask('PUT', `${path}/${name}`, { total: 5 })
  }
  for (const name of ['PCPU', 'DISK_GB', 'CUSTOM_NOPE']) await ask('DELETE', `${path}/${name}`)
  for (const what of ['inventories', 'inventories/VCPU', 'usages', 'traits', 'aggregates', 'allocations']) {
    await ask('GET', `/resource_providers/${nobody}/${what}`)
    await ask('DELETE', `/resource_providers/${nobody}/${what}`)
    await ask('PUT', `/resource_providers/${nobody}/${what}`, {})
    await ask('PUT', `/resource_providers/${nobody}/${what}`, {
      resource_provider_generation: 0,
      inventories: {},
    })
    await ask('PUT', `/resource_providers/${nobody}/${what}`, { resource_provider_generation: 0, traits: [] })
    await ask('PUT', `/resource_providers/${nobody}/${what}`, { resource_provider_generation: 0, aggregates: [] })
    await ask('PUT', `/resource_providers/${nobody}/${what}`, [])
    await ask('POST', `/resource_providers/${nobody}/${what}`, { resource_class: 'VCPU', total: 1 })
  }
  await newest('DELETE', path)
  await ask('GET', `/resource_providers/${uuid}/usages`)
  await ask('GET', path)
}

/** Traits and resource classes by name, and traits of a provider. */
export async function visitNames(tour: Tour): Promise<void> {
  const { ask, newest, minor, generation } = tour
  const trait = `CUSTOM_T${minor}`
  const kind = `CUSTOM_C${minor}`
  for (const name of [
    trait,
    trait,
    'HW_CPU_X86_VMX',
    'nope',
    'CUSTOM_',
    'CUSTOM_x',
    `CUSTOM_${'N'.repeat(248)}`,
    `CUSTOM_${'N'.repeat(249)}`,
    'CUSTOM_A.B',
    'CUSTOM_%41',
  ]) {
    await ask('PUT', `/traits/${name}`)
    await ask('GET', `/traits/${name}`)
    if (minor >= 7) await ask('PUT', `/resource_classes/${name}`)
    await ask('PUT', `/resource_classes/${name}`, { name })
    await ask('GET', `/resource_classes/${name}`)
    await ask('DELETE', `/resource_classes/${name}`)
    if (name !== trait) await ask('DELETE', `/traits/${name}`)
  }
  for (const body of [
    {},
    { name: 5 },
    { name: 'VCPU' },
    { name: 'CUSTOM_x' },
    { name: 'CUSTOM_' },
    { name: `CUSTOM_${'N'.repeat(249)}` },
    { name: kind, more: 1 },
    { name: kind },
    { name: kind },
  ])
    await ask('POST', '/resource_classes', body)
  await newest('PUT', `/resource_classes/${kind}`)
  for (const body of [{}, { name: 'VCPU' }, { name: kind }, { name: `${kind}_B` }])
    await ask('PUT', `/resource_classes/${kind}`, body)
  for (const body of [{ name: 'CUSTOM_X' }, { name: 'VCPU' }]) await ask('PUT', '/resource_classes/VCPU', body)
  await ask('PUT', '/resource_classes/CUSTOM_NOPE_AT_ALL', { name: 'CUSTOM_X' })
  await newest('DELETE', '/resource_classes/CUSTOM_NOPE_AT_ALL')
  await ask('GET', '/resource_classes')
  for (const name of [kind, `${kind}_B`, 'VCPU', 'CUSTOM_NONE']) {
    await ask('GET', `/resource_classes/${name}`)
    await ask('DELETE', `/resource_classes/${name}`)
  }
  await newest('PUT', `/traits/${trait}`)
  const uuid = await tour.provider(`traits-${minor}`)
  const path = `/resource_providers/${uuid}/traits`
  await ask('GET', path)
  const current = await generation(uuid)
  for (const body of [
    {},
    [],
    { traits: [] },
    { resource_provider_generation: current },
    { resource_provider_generation: current, traits: 'x' },
    { resource_provider_generation: current, traits: [5] },
    { resource_provider_generation: current, traits: [''] },
    { resource_provider_generation: current, traits: ['N'.repeat(256)] },
    { resource_provider_generation: current, traits: ['NOPE'] },
    { resource_provider_generation: current, traits: [], more: 1 },
    { resource_provider_generation: 'x', traits: [] },
    { resource_provider_generation: current + 9, traits: [trait] },
    { resource_provider_generation: current, traits: [] },
    { resource_provider_generation: current, traits: [trait, 'HW_CPU_X86_VMX', trait] },
    { resource_provider_generation: current + 1, traits: ['HW_CPU_X86_VMX', trait] },
  ])
    await ask('PUT', path, body)
  await ask('GET', path)
  await newest('PUT', path, { resource_provider_generation: await generation(uuid), traits: [trait] })
  await ask('DELETE', `/traits/${trait}`)
  for (const query of [
    'name=in:HW_CPU_X86_VMX,NOPE',
    `name=in:${trait}`,
    'name=in:',
    'name=startswith:CUSTOM_',
    'name=startswith:custom_',
    'name=x',
    'name=',
    'associated=true',
    'associated=TRUE',
    'associated=x',
    'associated=',
    'associated=true&name=startswith:HW',
    'nope=1',
  ])
    await ask('GET', `/traits?${query}`)
  await ask('DELETE', path)
  await ask('DELETE', path)
  await ask('DELETE', `/traits/${trait}`)
  await newest('DELETE', path)
  await newest('DELETE', `/traits/${trait}`)
}

/** Aggregates of a provider. */
export async function visitAggregates(tour: Tour): Promise<void> {
  const { ask, minor, generation } = tour
  const uuid = await tour.provider(`aggregates-${minor}`)
  const path = `/resource_providers/${uuid}/aggregates`
  await ask('GET', path)
  for (const list of [
    [],
    [one],
    [one, two],
    [one, one],
    ['x'],
    [5],
    {},
    null,
    [one.toUpperCase()],
    [one.replaceAll('-', '')],
  ]) {
    await ask('PUT', path, list)
    await ask('PUT', path, { aggregates: list, resource_provider_generation: await generation(uuid) })
    await ask('PUT', path, { aggregates: list, resource_provider_generation: 99 })
    await ask('GET', path)
  }
  for (const body of [
    { aggregates: [] },
    { resource_provider_generation: 0 },
    { aggregates: [], resource_provider_generation: null },
    { aggregates: [], resource_provider_generation: 0, more: 1 },
  ])
    await ask('PUT', path, body)
}
