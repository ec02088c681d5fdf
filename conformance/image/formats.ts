import { expectThat } from '../tally.ts'
import type { Trial } from './trial.ts'

/** Disks in and out as the guides have it: what comes back is the same disk to QEMU's own program, in every format. */
export async function tryFormats({ cloud, openstack, check, file }: Trial): Promise<void> {
  const must = async (...argv: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cloud.run(argv)
    expectThat(code === 0, `${argv.join(' ')}: ${stderr}`)
    return stdout
  }
  const convert = (from: string, to: string, ...options: readonly string[]) =>
    must('qemu-img', 'convert', ...options, file(from), file(to))
  const create = (name: string, format: string, path: string) =>
    openstack.show('image', 'create', name, '--disk-format', format, '--container-format', 'bare', '--file', file(path))

  for (const [format, driver, options] of [
    ['qcow2', 'qcow2', []],
    ['vmdk', 'vmdk', ['-o', 'subformat=streamOptimized']],
    ['vdi', 'vdi', []],
    ['vhd', 'vpc', []],
    ['vhdx', 'vhdx', []],
  ] as const) {
    await check(`a ${format} disk goes in and comes out the same`, async () => {
      await convert('disk.raw', `disk.${format}`, '-f', 'raw', '-O', driver, ...options)
      await create(`disk-${format}`, format, `disk.${format}`)
      const image = await openstack.show('image', 'show', `disk-${format}`)
      await openstack.text('image', 'save', '--file', file(`saved.${format}`), `disk-${format}`)
      const info: unknown = JSON.parse(
        await must('qemu-img', 'info', '--output=json', '-f', driver, file(`saved.${format}`)),
      )
      const size =
        typeof info === 'object' && info !== null && 'virtual-size' in info ? info['virtual-size'] : undefined
      expectThat(image['virtual_size'] === size, `${String(image['virtual_size'])} is not ${String(size)}`)
      await convert(`saved.${format}`, `back-${format}.raw`, '-f', driver, '-O', 'raw')
      await must('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', file('disk.raw'), file(`back-${format}.raw`))
    })
  }
  await check('disks that point elsewhere are refused', async () => {
    const traps = [
      ['-u', '-b', '/etc/passwd', '-F', 'raw', file('backed.qcow2'), '1M'],
      ['-o', `data_file=${file('data')},data_file_raw=on`, file('split.qcow2'), '1M'],
    ]
    for (const argv of traps) await must('qemu-img', 'create', '-q', '-f', 'qcow2', ...argv)
    for (const name of ['backed.qcow2', 'split.qcow2']) {
      const argv = [
        'image',
        'create',
        'trap',
        '--disk-format',
        'qcow2',
        '--container-format',
        'bare',
        '--file',
        file(name),
      ]
      const complaint = await openstack.fails(...argv)
      expectThat(complaint.includes('415') && complaint.includes('safety checks'), complaint)
    }
  })
  await check('haneul image import-dir makes images of a directory once', async () => {
    await must('mkdir', file('many'))
    await must('cp', file('disk.qcow2'), file('many/imported.qcow2'))
    await must('gzip', '--keep', file('many/imported.qcow2'))
    for (const told of ['1 imported, 1 there before, 0 skipped', '0 imported, 2 there before, 0 skipped']) {
      const { code, stderr } = await cloud.haneul(['image', 'import-dir', file('many'), '--state', cloud.state])
      expectThat(code === 0 && stderr.includes(told), stderr)
    }
    const image = await openstack.show('image', 'show', 'imported')
    expectThat(image['status'] === 'active' && image['disk_format'] === 'qcow2', JSON.stringify(image))
  })
}
