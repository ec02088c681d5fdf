import { words } from '../openstack.ts'
import { expectThat } from '../tally.ts'
import { eventually, fieldsOf, type Trial } from './trial.ts'

/** What only `glance` can: staging, imports, stores, the cache, usage. */
export async function tryGlance({ glance, check, cloud, file }: Trial): Promise<void> {
  const show = async (id: string) => fieldsOf(await glance('image-show', id))
  const settled = (id: string) =>
    eventually(
      () => show(id),
      ({ status }) => status === 'active',
    )
  let id = ''

  await check('import-info and stores-info', async () => {
    const info = await glance('import-info')
    const methods = info.replaceAll(/[\s|]+/g, '')
    for (const name of ['glance-direct', 'web-download', 'copy-image', 'glance-download']) {
      expectThat(methods.includes(name), info)
    }
    const stores = await glance('stores-info')
    expectThat(stores.includes('file') && stores.includes('second'), stores)
  })
  await check('image-create, image-stage, image-import: converted, with properties', async () => {
    id = String(
      fieldsOf(await glance(...words('image-create --name staged --disk-format qcow2 --container-format bare')))['id'],
    )
    await glance('image-stage', '--file', file('disk.qcow2'), id)
    expectThat((await show(id))['status'] === 'uploading', 'it is not staged')
    await glance('image-import', '--import-method', 'glance-direct', id)
    const image = await settled(id)
    expectThat(
      image['disk_format'] === 'raw' && image['imported'] === 'yes' && image['size'] === '1048576',
      JSON.stringify(image),
    )
    await glance('image-download', '--file', file('imported.raw'), id)
    expectThat((await cloud.run(['cmp', file('disk.raw'), file('imported.raw')])).code === 0, 'the bytes differ')
    const tasks = await glance('image-tasks', id)
    expectThat(tasks.includes('success'), tasks)
  })
  await check('image-create-via-import unpacks what is packed', async () => {
    await cloud.run(['gzip', '--keep', file('disk.raw')])
    const created = await glance(
      ...words('image-create-via-import --name packed --disk-format raw --container-format bare --file'),
      file('disk.raw.gz'),
    )
    const image = await settled(String(fieldsOf(created)['id']))
    expectThat(image['size'] === '1048576', JSON.stringify(image))
  })
  await check('image-import to another store, and stores-delete', async () => {
    await glance('image-import', '--import-method', 'copy-image', '--stores', 'second', id)
    const image = await eventually(
      () => show(id),
      ({ stores }) => stores === 'file,second',
    )
    expectThat(image['stores'] === 'file,second', JSON.stringify(image))
    await glance('stores-delete', '--store', 'file', id)
    expectThat((await show(id))['stores'] === 'second', 'it is still in both')
  })
  await check('cache-queue, cache-list, cache-delete, cache-clear', async () => {
    await glance('cache-queue', id)
    const listed = await eventually(
      () => glance('cache-list'),
      (text) => text.includes('cached'),
    )
    expectThat(listed.includes(id), listed)
    const cached = await eventually(
      () => glance('cache-list'),
      (text) => text.includes('1048576'),
    )
    expectThat(cached.includes(id), cached)
    await glance('image-download', '--file', file('cached.raw'), id)
    expectThat((await cloud.run(['cmp', file('disk.raw'), file('cached.raw')])).code === 0, 'the bytes differ')
    await glance('cache-delete', id)
    await glance('cache-clear')
    expectThat(!(await glance('cache-list')).includes(id), 'it is still cached')
  })
  await check('usage counts against the limits', async () => {
    const usage = await glance('usage')
    expectThat(/image_count_total\s+\|\s+100\s+\|\s+\d+/.test(usage) || usage.includes('image_count_total'), usage)
  })
  await check('image-deactivate, image-reactivate, image-tag-update, member-create, image-delete', async () => {
    await glance('image-deactivate', id)
    await glance('image-reactivate', id)
    await glance('image-tag-update', id, 'golden')
    await glance('image-tag-delete', id, 'golden')
    await glance('image-update', '--property', 'a=b', id)
    await glance('member-create', id, 'someone')
    await glance('member-list', '--image-id', id)
    await glance('member-delete', id, 'someone')
    await glance('image-delete', id)
    expectThat(!(await glance('image-list')).includes(id), 'it is still listed')
    await glance('task-list')
  })
}
