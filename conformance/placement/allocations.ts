import { words } from '../openstack.ts'
import { column, expectRefusal, expectSame, type Trial } from './trial.ts'

const aggregate = 'b1f5c9f0-9c13-4d0e-8a41-7a2a5f6c3e22'
const consumer = 'c5c6a0b2-52a1-4a4d-9f0e-6d1a1b3e4f33'
const other = 'd6d7b1c3-63b2-4b5e-8a1f-7e2b2c4f5a44'

/** Candidates, claims and usages, on a host of two NUMA nodes beside the simulated ones. */
export async function tryAllocations({ openstack, check }: Trial): Promise<void> {
  const at = (text: string): string[] => ['resource', 'provider', ...words(text)]
  const create = async (text: string): Promise<string> =>
    String((await openstack.show(...at(`create ${text}`)))['uuid'])
  let host = ''
  let nodes: string[] = []
  await check('a host and its nodes', async () => {
    host = await create('numa-host')
    nodes = [await create(`--parent-provider ${host} node-0`), await create(`--parent-provider ${host} node-1`)]
    await openstack.text(...at(`inventory set --resource DISK_GB=100 ${host}`))
    await openstack.text(...at(`aggregate set --aggregate ${aggregate} --generation 1 ${host}`))
    for (const node of nodes) await openstack.text(...at(`inventory set --resource PCPU=4 --resource VGPU=1 ${node}`))
    await openstack.text(...at(`trait set --trait HW_CPU_X86_AVX512F ${nodes[0] ?? ''}`))
    await openstack.text(...at(`trait set --trait HW_CPU_X86_SGX ${nodes[1] ?? ''}`))
  })
  const list = (text: string): string[] => ['allocation', 'candidate', 'list', ...words(text)]
  /** The providers of each candidate, candidates in any order. */
  const candidates = async (text: string): Promise<string[]> => {
    const rows = await openstack.list(...list(text))
    const numbers = [...new Set(rows.map((row) => row['#']))]
    return numbers
      .map((number) =>
        column(
          rows.filter((row) => row['#'] === number),
          'resource provider',
        )
          .toSorted()
          .join(),
      )
      .toSorted()
  }
  const both = () => [nodes.toSorted().join()]
  await check('allocation candidate list', async () => {
    const [row = {}] = await openstack.list(...list('--resource DISK_GB=1 --member-of '.concat(aggregate)))
    expectSame(Object.keys(row), ['#', 'allocation', 'resource provider', 'inventory used/capacity', 'traits'])
    expectSame([row['allocation'], row['resource provider']], ['DISK_GB=1', host])
    expectSame(await candidates('--resource PCPU=2'), nodes.toSorted())
    expectSame((await candidates('--resource PCPU=2 --limit 1')).length, 1)
    expectSame(await candidates('--resource PCPU=5'), [])
  })
  await check('candidates by traits: required, forbidden, any of', async () => {
    expectSame(await candidates('--resource PCPU=2 --required HW_CPU_X86_SGX'), [nodes[1]])
    expectSame(await candidates('--resource PCPU=2 --forbidden HW_CPU_X86_SGX'), [nodes[0]])
    expectSame(await candidates('--resource PCPU=2 --required HW_CPU_X86_SGX,HW_CPU_X86_AVX512F'), nodes.toSorted())
  })
  await check('candidates of groups', async () => {
    const two = '--group 1 --resource PCPU=3 --group 2 --resource PCPU=1'
    expectSame(await candidates(`${two} --group-policy isolate`), [...both(), ...both()])
    expectSame((await candidates(`${two} --group-policy none`)).length, 4)
    const picky =
      '--group 1 --resource PCPU=3 --required HW_CPU_X86_SGX --group 2 --resource VGPU=1 --forbidden HW_CPU_X86_SGX'
    expectSame(await candidates(picky), both())
    expectSame(
      await candidates(`--group 1 --resource DISK_GB=5 --member-of ${aggregate} --group 2 --resource PCPU=1`),
      nodes.map((node) => [host, node].toSorted().join()).toSorted(),
    )
  })
  await check('candidates that cannot be asked for', async () => {
    const refuse = (text: string, message: string) => expectRefusal(openstack, list(text), 400, message)
    await refuse('--resource CUSTOM_NONE=1', 'No such resource class CUSTOM_NONE.')
    await refuse('--resource VCPU=0', 'Requested resource VCPU requires amount >= 1. Got: 0.')
    await refuse('--resource VCPU=x', 'Requested resource VCPU expected positive integer amount. Got: x.')
    await refuse('--resource VCPU=1 --required CUSTOM_NONE', 'No such trait(s): CUSTOM_NONE.')
    await refuse(
      '--resource VCPU=1 --required HW_CPU_X86_SGX --forbidden HW_CPU_X86_SGX',
      'Conflicting required and forbidden',
    )
    await refuse('--resource VCPU=1 --member-of nonsense', "Expected 'member_of' parameter to contain valid UUID(s)")
  })
  const claim = (who: string, node: string, amount: number): string[] =>
    at(
      `allocation set ${who} --project-id p1 --user-id u1 --consumer-type INSTANCE --allocation rp=${node},PCPU=${amount}`,
    )
  await check('resource provider allocation set, show', async () => {
    const [node = ''] = nodes
    const [row = {}] = await openstack.list(...claim(consumer, node, 3))
    expectSame([row['resource_provider'], row['resources']], [node, { PCPU: 3 }])
    const [shown = {}] = await openstack.list(...at(`allocation show ${consumer}`))
    expectSame(shown, {
      resource_provider: node,
      generation: 3,
      resources: { PCPU: 3 },
      project_id: 'p1',
      user_id: 'u1',
      consumer_type: 'INSTANCE',
    })
    expectSame(await candidates('--resource PCPU=2'), [nodes[1]])
  })
  await check('usages of a provider and of a project', async () => {
    const usage = await openstack.list(...at(`usage show ${nodes[0] ?? ''}`))
    expectSame(
      usage.find((row) => row['resource_class'] === 'PCPU'),
      { resource_class: 'PCPU', usage: 3 },
    )
    const project = await openstack.list(...words('resource usage show p1 --user-id u1'))
    expectSame(JSON.stringify(project).includes('PCPU'), true)
    expectSame(column(await openstack.list(...at('list --resource PCPU=2')), 'name'), ['node-1'])
  })
  await check('a claim that cannot be', async () => {
    const [node = ''] = nodes
    await expectRefusal(openstack, claim(other, node, 2), 409, 'The requested amount would exceed the capacity.')
    await expectRefusal(
      openstack,
      claim(other, host, 1),
      409,
      `Inventory for 'PCPU' on resource provider '${host}' invalid.`,
    )
    await expectRefusal(openstack, claim(other, consumer, 1), 400, `'${consumer}' that does not exist.`)
    await expectRefusal(openstack, at(`delete ${node}`), 409, 'Resource provider has allocations.')
    await expectRefusal(openstack, at(`inventory delete ${node}`), 409, 'in use.')
  })
  await check('allocation unset, delete', async () => {
    const [node = ''] = nodes
    await openstack.text(
      ...at(
        `allocation set ${other} --project-id p1 --user-id u1 --consumer-type INSTANCE --allocation rp=${node},PCPU=1 --allocation rp=${node},VGPU=1`,
      ),
    )
    const rows = await openstack.list(...at(`allocation unset ${other} --resource-class VGPU`))
    expectSame(
      rows.map((row) => row['resources']),
      [{ PCPU: 1 }],
    )
    await openstack.text(...at(`allocation delete ${other}`))
    await openstack.text(...at(`allocation delete ${consumer}`))
    expectSame(await openstack.list(...at(`allocation show ${consumer}`)), [])
    await expectRefusal(
      openstack,
      at(`allocation delete ${consumer}`),
      404,
      `No allocations for consumer '${consumer}'`,
    )
    for (const uuid of [...nodes, host]) await openstack.text(...at(`delete ${uuid}`))
  })
}
