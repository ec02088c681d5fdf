import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { createIdentity, type Identity } from '#identity/service.ts'
import { createImage } from '#image/service.ts'
import { startServices, type TestServices } from '#platform/testing/api.ts'
import { messagesFor } from '../../messages.ts'
import { openApi } from '../../api.ts'
import { statePaths } from '../../state/paths.ts'
import { CommandError, type Terminal } from '../../terminal.ts'
import { importDirectory } from './import-dir.ts'

const directory = mkdtempSync(join(tmpdir(), 'import-dir-'))
const lines: string[] = []
const terminal: Terminal = {
  text: messagesFor({}),
  env: {},
  say: (line) => void lines.push(line),
  note: (line) => void lines.push(line),
  step: async (label, work) => {
    const result = await work()
    lines.push(`${label}: ${String(result)}`)
    return result
  },
  confirm: () => Promise.resolve(true),
}

let services: TestServices
let state: string
beforeAll(async () => {
  let identity: Identity | undefined
  services = await startServices(
    (platform) => {
      identity = createIdentity(platform)
      return [identity.service, createImage(platform).service]
    },
    { authenticate: (token) => identity?.authenticate(token) ?? null },
  )
  ;({ state } = services.runtime.platform.config)
  const portOf = (type: string): number => Number(new URL(services.runtime.urlOf(type)).port)
  const ports = { identity: portOf('identity'), image: portOf('image') }
  writeFileSync(join(state, 'config.yaml'), stringify({ ports }))
  const qcow2 = Buffer.alloc(1024)
  qcow2.write('QFI\xfb', 0, 'latin1')
  qcow2.writeUInt32BE(3, 4)
  const backed = Buffer.from(qcow2)
  backed.writeBigUInt64BE(512n, 8)
  backed.writeUInt32BE(11, 16)
  writeFileSync(join(directory, 'blank.img'), Buffer.alloc(4096))
  writeFileSync(join(directory, 'packed.raw.gz'), gzipSync(Buffer.alloc(8192, 1)))
  writeFileSync(join(directory, 'trap.qcow2'), backed)
  writeFileSync(join(directory, 'README'), 'not a disk')
  writeFileSync(join(directory, 'broken.img.gz'), gzipSync(Buffer.alloc(4096)).subarray(0, 20))
  mkdirSync(join(directory, 'folder.img'))
})
afterAll(async () => {
  await services.stop()
  rmSync(directory, { recursive: true })
})

const images = async (): Promise<unknown> =>
  (await (await openApi(statePaths(state), 'image', terminal))('GET', '/v2/images?sort=name:asc')).body

it('every disk of a directory becomes an image, once', async () => {
  expect(await importDirectory(directory, { state, visibility: 'public' }, terminal)).toBe(1)
  expect(await images()).toMatchObject({
    images: [
      { name: 'blank', status: 'active', disk_format: 'raw', size: 4096, visibility: 'public' },
      { name: 'packed', status: 'active', disk_format: 'raw', size: 8192 },
    ],
  })
  const told = lines.join('\n')
  for (const part of ['README: skipped, not a disk', 'trap.qcow2: skipped, not safe', 'broken.img.gz: failed']) {
    expect(told).toContain(part)
  }
  expect(lines.at(-1)).toBe('2 imported, 0 there before, 2 skipped, 1 failed.')
  await importDirectory(directory, { state }, terminal)
  expect(lines.at(-1)).toBe('0 imported, 2 there before, 2 skipped, 1 failed.')
})

it('what an earlier try has left is finished', async () => {
  const api = await openApi(statePaths(state), 'image', terminal)
  writeFileSync(join(directory, 'late.img'), Buffer.alloc(2048, 7))
  await importDirectory(directory, { state }, terminal)
  const { body } = await api('GET', '/v2/images?name=late')
  const [, id = ''] = /"id":"([^"]+)"/.exec(JSON.stringify(body)) ?? []
  expect(await api('DELETE', `/v2/images/${id}`)).toMatchObject({ status: 204 })
  const json = { id, name: 'late', disk_format: 'raw', container_format: 'bare' }
  expect(await api('POST', '/v2/images', { json })).toMatchObject({ status: 201 })
  await importDirectory(directory, { state }, terminal)
  expect(await api('GET', `/v2/images/${id}`)).toMatchObject({ body: { status: 'active', size: 2048 } })
})

it('a directory that is not there, and a cloud that does not answer, are told in words', async () => {
  await expect(importDirectory('/no/such/place', { state }, terminal)).rejects.toThrow(CommandError)
  const elsewhere = mkdtempSync(join(tmpdir(), 'import-dir-'))
  await expect(importDirectory(directory, { state: elsewhere }, terminal)).rejects.toThrow('No cloud has been started')
  rmSync(elsewhere, { recursive: true })
})
