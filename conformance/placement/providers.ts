import { words } from '../openstack.ts'
import { expectThat } from '../tally.ts'
import { column, expectRefusal, expectSame, type Trial } from './trial.ts'

const aggregate = '7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d11'

/** Providers, inventories, traits, resource classes, aggregates; nothing is left of them. */
export async function tryProviders({ openstack, check }: Trial): Promise<void> {
  const at = (text: string): string[] => ['resource', 'provider', ...words(text)]
  let root = ''
  let child = ''
  await check('resource provider create, with a parent', async () => {
    const made = await openstack.show(...at('create root'))
    root = String(made['uuid'])
    expectSame(made, {
      uuid: root,
      name: 'root',
      generation: 0,
      root_provider_uuid: root,
      parent_provider_uuid: null,
    })
    const below = await openstack.show(...at(`create --parent-provider ${root} child`))
    child = String(below['uuid'])
    expectSame([below['parent_provider_uuid'], below['root_provider_uuid']], [root, root])
  })
  await check('resource provider show, set, list', async () => {
    const renamed = await openstack.show(...at(`set --name renamed ${child}`))
    expectSame(renamed['name'], 'renamed')
    expectSame((await openstack.show(...at(`show ${child}`)))['name'], 'renamed')
    expectSame(column(await openstack.list(...at(`list --in-tree ${child}`)), 'name'), ['root', 'renamed'])
    expectSame(column(await openstack.list(...at('list --name root')), 'uuid'), [root])
    expectSame(await openstack.list(...at('list --name nobody')), [])
  })
  await check('a provider that cannot be', async () => {
    await expectRefusal(openstack, at('create root'), 409, 'Conflicting resource provider name: root already exists.')
    await expectRefusal(openstack, at(`set --name root --parent-provider ${child} ${root}`), 400, 'creating loop')
    await expectRefusal(openstack, at(`delete ${root}`), 409, 'It has child resource providers.')
    const nobody = '00000000-0000-0000-0000-00000000dead'
    await expectRefusal(openstack, at(`show ${nobody}`), 404, `No resource provider with uuid ${nobody} found`)
  })
  await check('resource class create, show, list, delete', async () => {
    await openstack.text(...words('resource class create CUSTOM_CRANE'))
    expectSame(await openstack.show(...words('resource class show CUSTOM_CRANE')), { name: 'CUSTOM_CRANE' })
    const names = column(await openstack.list(...words('resource class list')), 'name')
    expectThat(names.includes('VCPU') && names.includes('CUSTOM_CRANE'), names.join())
    await openstack.text(...words('resource class set CUSTOM_HOIST'))
    await openstack.text(...words('resource class delete CUSTOM_HOIST'))
    await expectRefusal(openstack, words('resource class show CUSTOM_HOIST'), 404, 'No such resource class')
    await expectRefusal(openstack, words('resource class create HOIST'), 400, "'HOIST' does not match '^CUSTOM")
    await expectRefusal(
      openstack,
      words('resource class delete VCPU'),
      400,
      'Cannot delete standard resource class VCPU.',
    )
  })
  await check('inventory set, show, list, class set, delete', async () => {
    const rows = await openstack.list(
      ...at(`inventory set --resource VCPU=8 --resource VCPU:allocation_ratio=2.0 --resource CUSTOM_CRANE=2 ${root}`),
    )
    expectSame(column(rows, 'resource_class').toSorted(), ['CUSTOM_CRANE', 'VCPU'])
    const one = await openstack.show(...at(`inventory show ${root} VCPU`))
    expectSame([one['total'], one['allocation_ratio'], one['used']], [8, 2, 0])
    await openstack.text(...at(`inventory class set ${root} VCPU --total 16 --reserved 2`))
    const listed = await openstack.list(...at(`inventory list ${root}`))
    const vcpu = listed.find((row) => row['resource_class'] === 'VCPU') ?? {}
    expectSame([vcpu['total'], vcpu['reserved'], vcpu['allocation_ratio']], [16, 2, 1])
    await openstack.text(...at(`inventory set --amend --resource DISK_GB=100 ${root}`))
    await openstack.text(...at(`inventory delete ${root} --resource-class DISK_GB`))
    expectSame((await openstack.list(...at(`inventory list ${root}`))).length, 2)
    await expectRefusal(openstack, words('resource class delete CUSTOM_CRANE'), 409, 'in use')
  })
  await check('an inventory that cannot be', async () => {
    const set = (what: string) => at(`inventory set --resource ${what} ${root}`)
    await expectRefusal(openstack, set('CUSTOM_NONE=1'), 400, 'No such resource class CUSTOM_NONE.')
    await expectRefusal(openstack, set('VCPU=0'), 400, 'JSON does not validate: 0 is less than the minimum of 1')
    await expectRefusal(openstack, set('VCPU=2147483648'), 400, '2147483648 is greater than the maximum of 2147483647')
    await expectRefusal(
      openstack,
      at(`inventory set --resource VCPU=4 --resource VCPU:reserved=5 ${root}`),
      400,
      'The reserved value is greater than total.',
    )
    await expectRefusal(openstack, at(`inventory show ${root} PCPU`), 404, 'No inventory of class PCPU')
  })
  await check('trait create, show, list, delete; those of a provider', async () => {
    await openstack.text(...words('trait create CUSTOM_QUIET'))
    expectSame(await openstack.show(...words('trait show CUSTOM_QUIET')), { name: 'CUSTOM_QUIET' })
    await openstack.text(...at(`trait set --trait CUSTOM_QUIET --trait HW_CPU_X86_VMX ${root}`))
    const names = column(await openstack.list(...at(`trait list ${root}`)), 'name').toSorted()
    expectSame(names, ['CUSTOM_QUIET', 'HW_CPU_X86_VMX'])
    const associated = column(
      await openstack.list(...words('trait list --name startswith:CUSTOM_Q --associated')),
      'name',
    )
    expectSame(associated, ['CUSTOM_QUIET'])
    expectSame(column(await openstack.list(...at('list --required CUSTOM_QUIET')), 'name'), ['root'])
    expectSame(await openstack.list(...at(`list --in-tree ${child} --forbidden CUSTOM_QUIET --resource VCPU=1`)), [])
    await expectRefusal(
      openstack,
      words('trait delete CUSTOM_QUIET'),
      409,
      'CUSTOM_QUIET is in use by a resource provider.',
    )
    await expectRefusal(openstack, words('trait delete HW_CPU_X86_VMX'), 400, 'Cannot delete standard trait')
    await expectRefusal(openstack, words('trait show CUSTOM_LOUD'), 404, 'No such trait(s): CUSTOM_LOUD.')
    await expectRefusal(openstack, words('trait create LOUD'), 400, 'The trait is invalid. A valid trait must be')
    await expectRefusal(openstack, at(`trait set --trait CUSTOM_LOUD ${root}`), 400, 'No such trait CUSTOM_LOUD')
    await openstack.text(...at(`trait delete ${root}`))
    await openstack.text(...words('trait delete CUSTOM_QUIET'))
  })
  await check('aggregate set, list', async () => {
    const { generation } = await openstack.show(...at(`show ${root}`))
    const set = at(`aggregate set --aggregate ${aggregate} --generation ${String(generation)} ${root}`)
    expectSame(column(await openstack.list(...set), 'uuid'), [aggregate])
    expectSame(column(await openstack.list(...at(`aggregate list ${root}`)), 'uuid'), [aggregate])
    expectSame(column(await openstack.list(...at(`list --member-of ${aggregate}`)), 'name'), ['root'])
    await expectRefusal(openstack, set, 409, 'Please update the generation and try again.')
  })
  await check('what a provider had goes with it', async () => {
    await openstack.text(...at(`delete ${child}`))
    await openstack.text(...at(`delete ${root}`))
    await openstack.text(...words('resource class delete CUSTOM_CRANE'))
    await expectRefusal(openstack, at(`delete ${root}`), 404, `No resource provider with uuid ${root} found for delete`)
  })
}
