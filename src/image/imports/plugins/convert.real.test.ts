import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '#lib/exec/run.ts'
import { failEachStep, killAtEachStep, killAtEachUndo } from '#platform/testing/sagas.ts'
import { noDoors } from '../../doors.ts'
import { BYTES, fieldsOf, filesBelow, startImages, type TestImages } from '../../testing/images.ts'
import { importTrial, withImportSaga } from '../../testing/imports.ts'

const MIB = 1024 * 1024
const PLUGINS = { image_import_opts: { image_import_plugins: ['image_decompression', 'image_conversion'] } }
const directory = mkdtempSync(join(tmpdir(), 'convert-'))
const raw = Buffer.alloc(2 * MIB)
raw.write('what the disk holds', 4096)
writeFileSync(join(directory, 'disk.raw'), raw)

/** The disk in another of qemu-img's formats. */
const diskAs = async (format: string, ...options: string[]): Promise<Buffer> => {
  const to = join(directory, `disk.${format}`)
  await run(['qemu-img', 'convert', '-f', 'raw', '-O', format, ...options, join(directory, 'disk.raw'), to])
  return readFileSync(to)
}

let images: TestImages
let toVmdk: TestImages
beforeAll(async () => {
  images = await startImages({ ...PLUGINS, image_size_cap: 24 * MIB })
  toVmdk = await startImages({ ...PLUGINS, image_size_cap: 24 * MIB, image_conversion: { output_format: 'vmdk' } })
})
afterAll(async () => {
  await images.services.stop()
  await toVmdk.services.stop()
  rmSync(directory, { recursive: true })
})

const imported = async (on: TestImages, data: Uint8Array, format: string) => {
  const id = await on.createId({ disk_format: format, container_format: 'bare' })
  const stage = await on.client('PUT', `/v2/images/${id}/stage`, { body: data, token: 'member', headers: BYTES })
  expect(stage.status).toBe(204)
  const body = { method: { name: 'glance-direct' } }
  expect((await on.client('POST', `/v2/images/${id}/import`, { body, token: 'member' })).status).toBe(202)
  await on.services.runtime.platform.work.settled(`image:${id}`)
  const tasks = fieldsOf(await on.client('GET', `/v2/images/${id}/tasks`, { token: 'member' }))['tasks']
  expect(filesBelow(on.services.runtime.platform.config.state, 'images-staging')).toEqual([])
  return { image: fieldsOf(await on.client('GET', `/v2/images/${id}`, { token: 'member' })), tasks }
}

describe('conversion', () => {
  it.each([
    ['qcow2', 'qcow2'],
    ['vmdk', 'vmdk'],
    ['vdi', 'vdi'],
    ['vhd', 'vpc'],
    ['vhdx', 'vhdx'],
  ])('of %s gives the same disk, raw', async (format, driver) => {
    const { image } = await imported(images, await diskAs(driver), format)
    expect(image).toMatchObject({ status: 'active', disk_format: 'raw', container_format: 'bare' })
    // A vhd's geometry rounds its size up.
    const size = Number(image['size'])
    expect([image['virtual_size'], size >= raw.length, size < raw.length + MIB]).toEqual([size, true, true])
    const all = Buffer.concat([raw, Buffer.alloc(size - raw.length)])
    expect(image['checksum']).toBe(createHash('md5').update(all).digest('hex'))
  })

  it('follows decompression', async () => {
    const { image } = await imported(images, gzipSync(await diskAs('qcow2')), 'qcow2')
    expect(image).toMatchObject({ status: 'active', disk_format: 'raw', size: raw.length })
  })

  it('to another format keeps the size of the disk', async () => {
    const { image } = await imported(toVmdk, raw, 'raw')
    expect(image).toMatchObject({ status: 'active', disk_format: 'vmdk', virtual_size: raw.length })
    expect(Number(image['size'])).toBeLessThan(MIB)
  })

  it('leaves what is as it should be', async () => {
    expect((await imported(images, raw, 'raw')).image).toMatchObject({ status: 'active', size: raw.length })
  })

  it('never touches what is not what it says, or points elsewhere', async () => {
    const at = join(directory, 'trap')
    const create = async (...options: readonly string[]): Promise<Buffer> => {
      await run(['qemu-img', 'create', '-q', '-f', 'qcow2', ...options])
      return readFileSync(at)
    }
    const backed = await create('-u', '-b', '/etc/passwd', '-F', 'raw', at, '1M')
    const split = await create('-o', `data_file=${join(directory, 'data')},data_file_raw=on`, at, '1M')
    const huge = await create(at, '1T')
    const flat = Buffer.from(
      '# Disk DescriptorFile\nversion=1\ncreateType="monolithicFlat"\nRW 8 FLAT "/etc/passwd" 0\n',
    )
    const iso = Buffer.alloc(64 * 1024)
    iso.write('\x01CD001', 32_768, 'latin1')
    for (const [data, format, reason] of [
      [backed, 'qcow2', 'Image has disallowed configuration'],
      [split, 'qcow2', 'Image has disallowed configuration'],
      [backed, 'raw', 'Image has disallowed configuration'],
      [raw, 'qcow2', 'Image format mismatch'],
      [raw, 'ploop', 'Image format mismatch'],
      [iso, 'raw', 'Image has disallowed configuration'],
      [flat, 'vmdk', ''],
      [huge, 'qcow2', 'more than an image may have'],
    ] as const) {
      const { image, tasks } = await imported(images, data, format)
      expect(image).toMatchObject({ status: 'queued', disk_format: format, size: null })
      expect(tasks).toMatchObject([{ status: 'failure', message: expect.stringContaining(reason) }])
    }
  })
})

it('a disk that would become more than its project may have is not converted', async () => {
  const limits = new Map([
    ['image_size_total', 1],
    ['image_stage_total', 10],
    ['image_count_total', 10],
    ['image_count_uploading', 10],
  ])
  const limited = await startImages(
    { ...PLUGINS, use_keystone_limits: true, image_size_cap: 24 * MIB },
    { doors: { ...noDoors, limitsOf: () => Promise.resolve(limits) } },
  )
  const { image, tasks } = await imported(limited, await diskAs('qcow2'), 'qcow2')
  expect(image).toMatchObject({ status: 'queued', disk_format: 'qcow2' })
  expect(tasks).toMatchObject([
    { status: 'failure', message: expect.stringContaining('Resource image_size_total is over limit of 1') },
  ])
  await limited.services.stop()
})

it('a crash anywhere on the way of a conversion leaves all or nothing', async () => {
  const trial = importTrial({
    settings: PLUGINS,
    format: 'qcow2',
    data: gzipSync(await diskAs('qcow2')),
    done: { disk_format: 'raw', size: raw.length, virtual_size: raw.length },
  })
  await withImportSaga(async (saga) => {
    await failEachStep(saga, trial)
    await killAtEachStep(saga, trial)
    await killAtEachUndo(saga, trial)
  })
})
