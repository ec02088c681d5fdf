import { writeFileSync } from 'node:fs'
import { words } from '../openstack.ts'
import { expectThat } from '../tally.ts'
import type { Trial } from './trial.ts'

/** Metadata definitions by `glance md-…`. */
export async function tryDefinitions({ glance, check, cloud, file }: Trial): Promise<void> {
  await check('the standard namespaces are there', async () => {
    const list = await glance('md-namespace-list', '--page-size', '10')
    expectThat(
      ['OS::Compute::Watchdog', 'CIM::StorageAllocationSettingData'].every((name) => list.includes(name)),
      list,
    )
    const { code, stderr } = await cloud.haneul(['image', 'metadefs', '--state', cloud.state])
    expectThat(code === 0 && stderr.includes('0 namespaces added, 33 were there.'), stderr)
    const property = await glance('md-property-show', 'OS::Compute::Watchdog', 'watchdog_action')
    expectThat(property.includes('poweroff'), property)
  })
  await check('md-namespace, md-property, md-object, md-tag, md-resource-type', async () => {
    await glance('md-namespace-create', 'Own::Space', '--visibility', 'public', '--description', 'ours')
    await glance('md-namespace-update', 'Own::Space', '--display-name', 'Ours')
    const schema = '{"type": "integer", "minimum": 1}'
    await glance('md-property-create', 'Own::Space', '--name', 'level', '--title', 'Level', '--schema', schema)
    await glance('md-property-update', 'Own::Space', 'level', '--title', 'Level', '--schema', schema)
    const object = '{"properties": {"size": {"type": "string", "title": "Size"}}}'
    await glance('md-object-create', 'Own::Space', '--name', 'box', '--schema', object)
    await glance('md-object-property-show', 'Own::Space', 'box', 'size')
    await glance('md-tag-create', 'Own::Space', '--name', 'blue')
    await glance('md-tag-create-multiple', 'Own::Space', '--names', 'red,green')
    await glance('md-resource-type-associate', 'Own::Space', '--name', 'OS::Glance::Image', '--prefix', 'own_')
    const shown = await glance('md-namespace-show', 'Own::Space')
    expectThat(
      ['Ours', 'level', 'box', 'OS::Glance::Image'].every((part) => shown.includes(part)),
      shown,
    )
    expectThat((await glance('md-tag-list', 'Own::Space')).includes('green'), 'the tags are not there')
    await glance('md-resource-type-deassociate', 'Own::Space', 'OS::Glance::Image')
    await glance('md-tag-delete', 'Own::Space', 'red')
    await glance('md-namespace-tags-delete', 'Own::Space')
    await glance('md-object-delete', 'Own::Space', 'box')
    await glance('md-namespace-objects-delete', 'Own::Space')
    await glance('md-property-delete', 'Own::Space', 'level')
    await glance('md-namespace-properties-delete', 'Own::Space')
    await glance('md-namespace-delete', 'Own::Space')
    await glance(...words('md-resource-type-list'))
  })
  await check('md-namespace-import, and haneul image metadefs of a directory', async () => {
    const namespace = {
      namespace: 'Own::Import',
      visibility: 'public',
      properties: { a: { title: 'A', type: 'string' } },
    }
    writeFileSync(file('space.json'), JSON.stringify(namespace))
    await glance('md-namespace-import', '--file', file('space.json'))
    writeFileSync(file('own.json'), JSON.stringify({ ...namespace, namespace: 'Own::Other' }))
    await cloud.run(['mkdir', file('definitions')])
    await cloud.run(['mv', file('own.json'), file('definitions')])
    const { code, stdout } = await cloud.haneul(['image', 'metadefs', file('definitions'), '--state', cloud.state])
    expectThat(code === 0 && stdout.trim() === 'Own::Other', stdout)
  })
}
