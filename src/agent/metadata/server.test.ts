import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unavailable } from '#platform/errors.ts'
import { createLog } from '#platform/log.ts'
import type { MetadataRequest } from '../desk.ts'
import { forwardedFor, serveMetadata } from './server.ts'

let directory: string
let close: () => Promise<void>
const asked: MetadataRequest[] = []
let away = false

const get = (url: string, headers: Record<string, string>, method = 'GET'): Promise<[number | undefined, string]> =>
  new Promise((resolve, reject) => {
    const socketPath = path.join(directory, 'agent.sock')
    const sent = request({ socketPath, path: url, headers, method }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve([response.statusCode, body]))
    })
    sent.on('error', reject)
    sent.end()
  })

beforeEach(async () => {
  asked.length = 0
  away = false
  directory = await mkdtemp(path.join(tmpdir(), 'haneul-metadata-'))
  const desk = {
    report: async () => undefined,
    metadata: async (wanted: MetadataRequest) => {
      if (away) throw unavailable('nobody there')
      asked.push(wanted)
      return { status: 200, contentType: 'application/json', base64: Buffer.from('{"uuid":"u"}').toString('base64') }
    },
  }
  close = await serveMetadata(path.join(directory, 'agent.sock'), desk, createLog('silent'))
})
afterEach(async () => {
  await close()
  await rm(directory, { recursive: true })
})

const from = { 'x-ovn-network-id': 'net-1', 'x-forwarded-for': '10.1.0.5' }

test('a guest is told by its network and address, and answered', async () => {
  expect(await get('/openstack/latest/meta_data.json', from)).toEqual([200, '{"uuid":"u"}'])
  expect(asked).toEqual([{ networkId: 'net-1', address: '10.1.0.5', path: '/openstack/latest/meta_data.json' }])
})

test('what does not come through a proxy of ours is refused, and so is writing', async () => {
  expect((await get('/', {}))[0]).toBe(400)
  expect((await get('/', { 'x-ovn-network-id': 'net-1' }))[0]).toBe(400)
  expect((await get('/', from, 'POST'))[0]).toBe(405)
  expect(asked).toEqual([])
})

test('without a controller the guest is told to try again', async () => {
  away = true
  expect((await get('/', from))[0]).toBe(503)
})

test('the address is the one the nearest proxy saw', () => {
  expect(forwardedFor('10.9.9.9, 10.1.0.5')).toBe('10.1.0.5')
  expect(forwardedFor(['10.9.9.9', 'fd00::5'])).toBe('fd00::5')
  expect(forwardedFor('nobody')).toBeUndefined()
  expect(forwardedFor(undefined)).toBeUndefined()
})
