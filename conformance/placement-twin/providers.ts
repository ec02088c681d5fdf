import { randomUUID } from 'node:crypto'
import type { Tour } from './tour.ts'

const nobody = '00000000-0000-0000-0000-00000000dead'

/** Versions, media types and paths that are not there. */
export async function visitEdges({ ask }: Tour): Promise<void> {
  await ask('GET', '/')
  await ask('GET', '')
  await ask('POST', '/', {})
  for (const path of ['/nowhere', '/resource_providers/x/nowhere', '/allocations']) await ask('GET', path)
  const provider = `/resource_providers/${nobody}`
  for (const path of [
    '/resource_providers',
    provider,
    `${provider}/inventories`,
    `${provider}/inventories/VCPU`,
    `${provider}/usages`,
    `${provider}/aggregates`,
    `${provider}/allocations`,
    `${provider}/traits`,
    '/allocations',
    `/allocations/${nobody}`,
    '/allocation_candidates',
    '/traits',
    '/traits/CUSTOM_NONE',
    '/resource_classes',
    '/resource_classes/CUSTOM_NONE',
    '/usages',
    '/reshaper',
  ]) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      // Which standard traits there are depends on the version of os-traits.
      if (path === '/traits' && method === 'GET') continue
      await ask(method, path, method === 'POST' || method === 'PUT' ? {} : undefined)
    }
    await ask('GET', path, undefined, { accept: 'text/plain' })
    if (path !== '/traits') await ask('GET', path, undefined, { accept: 'text/html, application/xml;q=0.9, */*;q=0.8' })
    await ask('POST', path, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })
    if (path.endsWith('inventories')) await ask('PUT', path, '{}', { 'content-type': '' })
    await ask('PUT', path)
    await ask('PUT', path, '')
    await ask('POST', path, '[]')
    for (const broken of ['{"name": x}', '\n{"name": "서울",}', '{"', "{'a': 1}", '[] 1']) {
      await ask('PUT', path, broken)
      await ask('POST', path, broken)
    }
    await ask('PUT', path, 'null', { 'content-type': 'application/json; charset=utf-8' })
  }
  for (const version of [
    'placement 1.40',
    'placement 0.9',
    'placement 2.0',
    'placement x',
    'placement 1',
    'placement latest',
    'compute 2.1',
    'placement 1.1, compute 2.1',
    'placement 1.-1',
    '',
  ]) {
    await ask('GET', '/resource_providers', undefined, { 'openstack-api-version': version })
    await ask('GET', '/', undefined, { 'openstack-api-version': version })
  }
  await ask('GET', '/', undefined, { 'openstack-api-version': 'placement 1.40', accept: 'text/html' })
  for (const path of ['/traits?nope=1', '/traits?name=x', '/usages', '/usages?nope=1', '/allocation_candidates?nope=1'])
    await ask('GET', path, undefined, { accept: 'text/plain' })
}

/** Create, show, list, update, delete. */
export async function visitProviders(tour: Tour): Promise<void> {
  const { ask, newest, minor, provider } = tour
  const root = await provider(`root-${minor}`, {
    inventories: { VCPU: { total: 4 }, DISK_GB: { total: 10, reserved: 2, min_unit: 2, max_unit: 6, step_size: 2 } },
    traits: ['HW_CPU_X86_VMX', 'HW_CPU_X86_SGX'],
    aggregates: ['7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11'],
  })
  const child = await provider(`child-${minor}`, { parent: root, traits: ['HW_CPU_X86_VMX'] })
  const lone = await provider(`lone-${minor}`, {
    aggregates: ['7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d12'],
    inventories: { VCPU: { total: 8, allocation_ratio: 2 } },
  })
  const uuid = randomUUID()
  const bodies: unknown[] = [
    {},
    [],
    'x',
    { name: 1 },
    { name: null },
    { name: 'n'.repeat(201) },
    { name: 'x', uuid: 'x' },
    { name: 'x', uuid: null },
    { name: 'x', more: 1 },
    { name: 'x', parent_provider_uuid: 'x' },
    { name: 'x', parent_provider_uuid: 5 },
    { name: 'x', uuid: nobody, parent_provider_uuid: nobody },
    { name: `root-${minor}`, uuid: randomUUID() },
    { name: `other-${minor}`, uuid: root },
    { name: `root-${minor}`, uuid: root },
    { name: `made-${minor}`, uuid, parent_provider_uuid: root },
    { name: `made-${minor}`, uuid },
    { name: `made-${minor}`, uuid },
  ]
  for (const body of bodies) await ask('POST', '/resource_providers', body)
  await ask('GET', `/resource_providers/${uuid}`)
  await ask('DELETE', `/resource_providers/${uuid}`)
  const bare = randomUUID()
  await ask('POST', '/resource_providers', { name: `bare-${minor}`, uuid: bare.replaceAll('-', '').toUpperCase() })
  await ask('GET', `/resource_providers/${bare}`)
  await ask('GET', `/resource_providers/${bare.replaceAll('-', '')}`)
  await ask('GET', `/resource_providers/${bare.toUpperCase()}`)
  await ask('DELETE', `/resource_providers/${bare}`)
  await ask('POST', '/resource_providers', { name: '', uuid: bare })
  await ask('DELETE', `/resource_providers/${bare}`)
  await ask('POST', '/resource_providers', { name: '서울', uuid: bare })
  await ask('GET', `/resource_providers?name=${encodeURIComponent('서울')}`)
  await ask('DELETE', `/resource_providers/${bare}`)
  for (const body of [
    {},
    { name: `root-${minor}` },
    { name: `lone-${minor}` },
    { name: `r-${minor}`, uuid: root },
    { name: `root-${minor}`, parent_provider_uuid: child },
    { name: `root-${minor}`, parent_provider_uuid: root },
    { name: `root-${minor}`, parent_provider_uuid: nobody },
    { name: `root-${minor}`, parent_provider_uuid: null },
    { name: `renamed-${minor}`, parent_provider_uuid: lone },
    { name: `root-${minor}`, parent_provider_uuid: null },
    { parent_provider_uuid: lone },
    { name: 'n'.repeat(201) },
  ]) {
    await ask('PUT', `/resource_providers/${root}`, body)
    await ask('GET', `/resource_providers?in_tree=${child}`)
  }
  await ask('PUT', `/resource_providers/${child}`, { name: `child-${minor}`, parent_provider_uuid: lone })
  await ask('PUT', `/resource_providers/${child}`, { name: `child-${minor}` })
  await ask('PUT', `/resource_providers/${child}`, { name: `child-${minor}`, parent_provider_uuid: null })
  await newest('PUT', `/resource_providers/${child}`, { name: `child-${minor}`, parent_provider_uuid: root })
  await newest('PUT', `/resource_providers/${root}`, { name: `root-${minor}`, parent_provider_uuid: null })
  await ask('PUT', `/resource_providers/${nobody}`, { name: 'x' })
  await ask('PUT', `/resource_providers/${nobody}`, {})
  for (const id of [root, child, nobody, 'x', root.toUpperCase()]) await ask('GET', `/resource_providers/${id}`)
  for (const id of [root, nobody, 'x']) await ask('DELETE', `/resource_providers/${id}`)
  const query = [
    '',
    `name=root-${minor}`,
    `name=root-${minor}&name=lone-${minor}`,
    'name=',
    `uuid=${root}`,
    `uuid=${root.toUpperCase()}`,
    `uuid=${root.replaceAll('-', '')}`,
    'uuid=x',
    'uuid=',
    `uuid=${nobody}`,
    `in_tree=${child}`,
    `in_tree=${nobody}`,
    'in_tree=x',
    'in_tree=',
    `in_tree=${child}&in_tree=${lone}`,
    'nope=1',
    'nope=1&nope2=2',
    'nope',
    '&',
    'member_of=7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11',
    'member_of=7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11&member_of=7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d12',
    'member_of=in:7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11,7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d12',
    'member_of=7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11,7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d12',
    'member_of=in:7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11',
    'member_of=in:',
    'member_of=',
    'member_of=!',
    'member_of=!in:',
    'member_of=x',
    'member_of=!x',
    'member_of=!7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11',
    'member_of=!in:7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11,7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d12',
    'member_of=in:7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11,7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d12&member_of=!7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d12',
    'member_of=7D5E2A6C-4F3B-4C58-9A56-2A1F0C5B8D11',
    'resources=VCPU:1',
    'resources=VCPU:4',
    'resources=VCPU:5',
    'resources=VCPU:16,DISK_GB:1',
    'resources=DISK_GB:2',
    'resources=DISK_GB:3',
    'resources=DISK_GB:8',
    'resources=VCPU',
    'resources=VCPU:1:2',
    'resources=VCPU:x',
    'resources=VCPU:1.5',
    'resources=VCPU:%201',
    'resources=VCPU:%2B1',
    'resources=VCPU:1_0',
    'resources=VCPU:0',
    'resources=VCPU:-1',
    'resources=VCPU:99999999999',
    'resources=',
    'resources=:',
    'resources=:1',
    'resources=,',
    'resources=VCPU:1,',
    'resources=NOPE:1',
    'resources=CUSTOM_NOPE:1',
    'resources=VCPU:1&resources=DISK_GB:2',
    'required=HW_CPU_X86_VMX',
    'required=HW_CPU_X86_VMX,HW_CPU_X86_SGX',
    'required=HW_CPU_X86_VMX&required=HW_CPU_X86_SGX',
    'required=in:HW_CPU_X86_VMX,HW_CPU_X86_SGX',
    'required=in:HW_CPU_X86_VMX,HW_CPU_X86_SGX&required=!HW_CPU_X86_SGX',
    'required=in:HW_CPU_X86_VMX,!HW_CPU_X86_SGX',
    'required=in:',
    'required=in:HW_CPU_X86_VMX,',
    'required=!in:HW_CPU_X86_VMX',
    'required=!HW_CPU_X86_VMX',
    'required=!!HW_CPU_X86_VMX',
    'required=!',
    'required=',
    'required=,',
    'required=HW_CPU_X86_VMX,',
    'required=%20HW_CPU_X86_VMX',
    'required=NOPE',
    'required=!NOPE',
    'required=NOPE,ALSO',
    'required=HW_CPU_X86_VMX,!HW_CPU_X86_VMX',
    `required=HW_CPU_X86_VMX&in_tree=${child}&resources=VCPU:2&member_of=7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11`,
    `required=!HW_CPU_X86_SGX&in_tree=${child}`,
  ]
  for (const text of query) await ask('GET', `/resource_providers?${text}`)
}
