import { writeFileSync } from 'node:fs'
import { words } from '../openstack.ts'
import { expectThat } from '../tally.ts'
import type { Trial } from './trial.ts'

const LIMITS = ['image_size_total', 'image_stage_total', 'image_count_total', 'image_count_uploading']

/** Every `openstack image` command. */
export async function tryOpenStack({ openstack, check, cloud, file }: Trial): Promise<void> {
  writeFileSync(file('disk.raw'), Buffer.alloc(1 << 20, 'a disk'))
  const create = (name: string, ...more: readonly string[]) =>
    openstack.show('image', 'create', name, ...words('--disk-format raw --container-format bare'), ...more)

  await check('without limits of identity nobody may have images', async () => {
    const complaint = await openstack.fails(...words('image create none --disk-format raw --container-format bare'))
    expectThat(complaint.includes('413'), complaint)
    for (const name of LIMITS) {
      await openstack.show(
        ...words(`registered limit create --service glance --default-limit 100 --region RegionOne ${name}`),
      )
    }
  })
  await check('image create, with tags, properties and sizes', async () => {
    const image = await create(
      'first',
      ...words('--min-disk 1 --min-ram 64 --tag one --tag two --property os_type=linux --protected --file'),
      file('disk.raw'),
    )
    expectThat(image['name'] === 'first' && image['protected'] === true, JSON.stringify(image))
    const shown = await openstack.show('image', 'show', 'first')
    const { status, size, min_disk: disk, min_ram: ram, tags, properties } = shown
    const facts = JSON.stringify([status, size, disk, ram, tags])
    expectThat(facts === JSON.stringify(['active', 1 << 20, 1, 64, ['one', 'two']]), JSON.stringify(shown))
    expectThat(JSON.stringify(properties).includes('"os_type":"linux"'), JSON.stringify(properties))
  })
  await check('image set and unset', async () => {
    await openstack.text(...words('image set first --name second --property os_distro=debian --tag three --hidden'))
    await openstack.text(...words('image unset second --tag one --property os_type'))
    const { tags, properties, os_hidden: hidden } = await openstack.show('image', 'show', 'second')
    expectThat(
      JSON.stringify(tags) === '["three","two"]' || JSON.stringify(tags) === '["two","three"]',
      JSON.stringify(tags),
    )
    const text = JSON.stringify(properties)
    expectThat(text.includes('os_distro') && !text.includes('os_type'), text)
    expectThat(hidden === true || text.includes('"os_hidden":true'), `${String(hidden)} ${text}`)
    expectThat((await openstack.list('image', 'list', '--hidden')).length === 1, 'it is not among the hidden')
    expectThat((await openstack.list('image', 'list')).length === 0, 'it is not hidden')
    await openstack.text('image', 'set', 'second', '--unhidden')
  })
  await check('image list, by what the client can ask', async () => {
    await create('other', ...words('--community'))
    await create('third', ...words('--private --property colour=blue'))
    const names = async (...argv: readonly string[]) =>
      (await openstack.list('image', 'list', ...argv)).map((row) => String(row['Name'])).join()
    expectThat((await names('--sort', 'name:desc')) === 'third,second,other', await names('--sort', 'name:desc'))
    expectThat((await names('--community')) === 'other', await names('--community'))
    expectThat((await names('--status', 'active')) === 'second', await names('--status', 'active'))
    expectThat((await names('--property', 'colour=blue')) === 'third', await names('--property', 'colour=blue'))
    expectThat((await names('--tag', 'two')) === 'second', await names('--tag', 'two'))
    expectThat((await names('--long', '--name', 'third')) === 'third', 'the name is not found')
  })
  await check('image save gives back what was sent', async () => {
    await openstack.text('image', 'save', '--file', file('saved.raw'), 'second')
    expectThat((await cloud.run(['cmp', file('disk.raw'), file('saved.raw')])).code === 0, 'the bytes differ')
  })
  await check('image add project, member list, accept, remove project', async () => {
    const project = String((await openstack.show('project', 'create', 'guests'))['id'])
    await openstack.text('image', 'set', 'second', '--shared')
    const added = await openstack.show('image', 'add', 'project', 'second', project)
    expectThat(added['status'] === 'pending' && added['member_id'] === project, JSON.stringify(added))
    await openstack.text('image', 'set', 'second', '--accept', '--project', project)
    const members = await openstack.list('image', 'member', 'list', 'second')
    expectThat(JSON.stringify(members).includes('accepted'), JSON.stringify(members))
    await openstack.text('image', 'remove', 'project', 'second', project)
    expectThat((await openstack.list('image', 'member', 'list', 'second')).length === 0, 'the member is still there')
  })
  await check('image deactivate and activate', async () => {
    await openstack.text('image', 'set', 'second', '--deactivate')
    expectThat((await openstack.show('image', 'show', 'second'))['status'] === 'deactivated', 'it is not deactivated')
    await openstack.text('image', 'set', 'second', '--activate')
    expectThat((await openstack.show('image', 'show', 'second'))['status'] === 'active', 'it is not active')
  })
  await check('image delete, unless it is protected', async () => {
    const complaint = await openstack.fails('image', 'delete', 'second')
    expectThat(complaint.includes('is protected and cannot be deleted'), complaint)
    await openstack.text('image', 'set', 'second', '--unprotected')
    const ids = (await openstack.list('image', 'list', '--all')).map((row) => String(row['ID']))
    await openstack.text('image', 'delete', ...(ids.length > 0 ? ids : ['second']))
  })
  await check('a project at its limit is told so', async () => {
    await openstack.show(
      ...words('limit create --project admin --service glance --region RegionOne --resource-limit 1 image_size_total'),
    )
    await create('small', '--file', file('disk.raw'))
    const complaint = await openstack.fails(
      ...words('image create large --disk-format raw --container-format bare --file'),
      file('disk.raw'),
    )
    expectThat(complaint.includes('Resource image_size_total is over limit of 1'), complaint)
    const [limit] = await openstack.list(...words('limit list --project admin'))
    await openstack.text('limit', 'set', '--resource-limit', '100', String(limit?.['ID']))
  })
}
