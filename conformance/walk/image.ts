import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectThat } from '../tally.ts'
import type { Walk } from './walk.ts'

/** Uploads the guest, and looks at it as the guides do. */
export async function walkImage({ kind, openstack, check, cloud }: Walk): Promise<void> {
  const file = join(cloud.state, 'guest.qcow2')
  await check('a guest image is at hand', async () => {
    const made =
      kind === 'real'
        ? await cloud.haneul(['image', 'guest', file])
        : await cloud.run(['qemu-img', 'create', '-q', '-f', 'qcow2', file, '80M'])
    expectThat(made.code === 0, made.stdout + made.stderr)
  })
  await check('image create', async () => {
    const image = await openstack.show(
      'image',
      'create',
      'cirros',
      '--file',
      file,
      '--disk-format',
      'qcow2',
      '--container-format',
      'bare',
      '--public',
    )
    expectThat(image['name'] === 'cirros' && image['visibility'] === 'public', JSON.stringify(image))
    const shown = await openstack.show('image', 'show', 'cirros')
    expectThat(
      shown['status'] === 'active' && Number(shown['size']) > 0 && String(shown['checksum']).length === 32,
      JSON.stringify(shown),
    )
  })
  await check('image list', async () => {
    const rows = await openstack.list('image', 'list')
    expectThat(rows.length === 1 && Object.keys(rows[0] ?? {}).join() === 'ID,Name,Status', JSON.stringify(rows))
  })
  await check('image save gives back what was uploaded', async () => {
    const copy = join(cloud.state, 'copy.qcow2')
    await openstack.text('image', 'save', '--file', copy, 'cirros')
    expectThat((await cloud.run(['cmp', file, copy])).code === 0, 'the bytes differ')
  })
  await check('an image that names a backing file is refused', async () => {
    const evil = join(cloud.state, 'evil.qcow2')
    await cloud.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-u', '-b', '/etc/passwd', '-F', 'raw', evil, '1M'])
    await openstack.fails(
      'image',
      'create',
      'evil',
      '--file',
      evil,
      '--disk-format',
      'qcow2',
      '--container-format',
      'bare',
    )
    const rows = (await openstack.list('image', 'list')).filter((row) => row['Name'] === 'evil')
    expectThat(
      rows.every((row) => row['Status'] === 'queued'),
      JSON.stringify(rows),
    )
  })
  await check('an image that is not what it says is refused', async () => {
    const text = join(cloud.state, 'text.qcow2')
    writeFileSync(text, 'this is no disk')
    await openstack.fails(
      'image',
      'create',
      'text',
      '--file',
      text,
      '--disk-format',
      'qcow2',
      '--container-format',
      'bare',
    )
  })
}
