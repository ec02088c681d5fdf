import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { OvsdbClient, OvsdbDisconnected, OvsdbError } from './client.ts'
import { deleteRow, expectNone, expectRow, insert, mutateRow, named, updateRow } from './operations.ts'
import type { RowChange } from './replica.ts'
import { listOf, mapOf, textOf } from './values.ts'

const run = promisify(execFile)
const SCHEMA = '/usr/share/ovn/ovn-nb.ovsschema'

let directory: string
let server: ChildProcess | undefined
const clients: OvsdbClient[] = []

async function startServer(): Promise<void> {
  const socket = join(directory, 'nb.sock')
  server = spawn(
    'ovsdb-server',
    [
      join(directory, 'nb.db'),
      `--remote=punix:${socket}`,
      `--unixctl=${join(directory, 'ctl')}`,
      '-vconsole:off',
      '--no-chdir',
    ],
    {
      stdio: 'ignore',
    },
  )
  for (let tries = 0; tries < 200 && !existsSync(socket); tries++) await sleep(20)
}

async function stopServer(): Promise<void> {
  const process = server
  server = undefined
  if (process === undefined) return
  const exit = once(process, 'exit')
  process.kill('SIGKILL')
  await exit
  await rm(join(directory, 'nb.sock'), { force: true })
}

async function open(
  path = 'nb.sock',
  options: { requestTimeoutMs?: number; probeIntervalMs?: number } = {},
): Promise<OvsdbClient> {
  const client = new OvsdbClient({
    remote: `unix:${join(directory, path)}`,
    database: 'OVN_Northbound',
    tables: { Logical_Switch: true, Logical_Switch_Port: ['name', 'addresses', 'external_ids', 'up'] },
    indexes: [
      { table: 'Logical_Switch', column: 'name' },
      { table: 'Logical_Switch_Port', column: 'name' },
    ],
    reconnectMs: { first: 20, longest: 50 },
    ...options,
  })
  clients.push(client)
  client.open()
  return client
}

describe.skipIf(!existsSync(SCHEMA))('OvsdbClient with ovsdb-server', () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ovsdb-'))
    await run('ovsdb-tool', ['create', join(directory, 'nb.db'), SCHEMA])
    await startServer()
  })

  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
  })

  afterAll(async () => {
    await stopServer()
    await rm(directory, { recursive: true, force: true })
  })

  test('what a transaction did is in the replica when it resolves', async () => {
    const client = await open()
    await client.untilReady(5000)
    const [port, created] = await client.transact([
      insert('Logical_Switch_Port', { name: 'p1', addresses: ['fa:16:3e:00:00:01 10.0.0.5'] }, 'port'),
      insert('Logical_Switch', {
        name: 'net1',
        ports: [named('port')],
        external_ids: { 'neutron:mtu': '1442', owner: 'me' },
      }),
    ])
    const uuid = created?.uuid ?? ''
    expect(client.replica.find('Logical_Switch', 'name', 'net1')).toEqual([uuid])
    expect(listOf(client.replica.get('Logical_Switch', uuid), 'ports')).toEqual([port?.uuid])
    await client.transact([
      updateRow('Logical_Switch_Port', port?.uuid ?? '', { addresses: ['router'] }),
      mutateRow('Logical_Switch', uuid, [
        ['external_ids', 'delete', { keys: ['owner'] }],
        ['external_ids', 'insert', { added: 'yes' }],
      ]),
    ])
    expect(mapOf(client.replica.get('Logical_Switch', uuid), 'external_ids')).toEqual({
      'neutron:mtu': '1442',
      added: 'yes',
    })
    expect(listOf(client.replica.get('Logical_Switch_Port', port?.uuid ?? ''), 'addresses')).toEqual(['router'])
    await client.transact([deleteRow('Logical_Switch', uuid)])
    expect(client.replica.rows('Logical_Switch').size).toBe(0)
    expect(client.replica.rows('Logical_Switch_Port').size).toBe(0)
  })

  test('a refused transaction does nothing and says why', async () => {
    const client = await open()
    await client.untilReady(5000)
    await client.transact([insert('Logical_Switch', { name: 'twice' })])
    const refused = client.transact([
      expectNone('Logical_Switch', 'name', 'twice'),
      insert('Logical_Switch', { name: 'twice' }),
    ])
    await expect(refused).rejects.toThrow(OvsdbError)
    await expect(refused).rejects.toMatchObject({ code: 'timed out' })
    await expect(
      client.transact([expectRow('Logical_Switch', '11111111-1111-4111-8111-111111111111')]),
    ).rejects.toMatchObject({ code: 'timed out' })
    await expect(client.transact([insert('Nope', {})])).rejects.toThrow(TypeError)
    expect(client.replica.find('Logical_Switch', 'name', 'twice')).toHaveLength(1)
  })

  test('sees what another client writes', async () => {
    const [one, two] = [await open(), await open()]
    await Promise.all([one.untilReady(5000), two.untilReady(5000)])
    const seen = new Promise<readonly RowChange[]>((resolve) => void two.once('change', resolve))
    await one.transact([insert('Logical_Switch', { name: 'shared' })])
    expect((await seen).map((change) => [change.table, textOf(change.new, 'name')])).toEqual([
      ['Logical_Switch', 'shared'],
    ])
  })

  test('comes back by itself when the server is killed and restarted, with a replica filled anew', async () => {
    const [one, two] = [await open(), await open()]
    await Promise.all([one.untilReady(5000), two.untilReady(5000)])
    await one.transact([insert('Logical_Switch', { name: 'before' })])
    const lost = new Promise((resolve) => void one.once('lost', resolve))
    await stopServer()
    await lost
    expect(one.ready).toBe(false)
    await expect(one.transact([insert('Logical_Switch', { name: 'never' })])).rejects.toThrow(OvsdbDisconnected)
    await startServer()
    await Promise.all([one.untilReady(5000), two.untilReady(5000)])
    expect(one.replica.find('Logical_Switch', 'name', 'before')).toHaveLength(1)
    expect(one.replica.find('Logical_Switch', 'name', 'never')).toHaveLength(0)
    await two.transact([insert('Logical_Switch', { name: 'after' })])
    expect(two.replica.find('Logical_Switch', 'name', 'after')).toHaveLength(1)
  })

  test('carries thousands of rows in one message', async () => {
    const client = await open()
    await client.untilReady(5000)
    const rows = Array.from({ length: 2000 }, (_, n) =>
      insert('Logical_Switch', { name: `many-${n}`, external_ids: { text: '{"[' } }),
    )
    await client.transact(rows)
    const late = await open()
    await late.untilReady(5000)
    expect(late.replica.find('Logical_Switch', 'name', 'many-1999')).toHaveLength(1)
  })

  describe('with a server that misbehaves', () => {
    let fake: Server | undefined

    afterEach(async () => {
      for (const client of clients.splice(0)) client.close()
      const listening = fake
      fake = undefined
      if (listening !== undefined) await new Promise((resolve) => void listening.close(resolve))
    })

    test.each([
      ['is silent', () => undefined],
      ['talks garbage', () => 'HTTP/1.1 400 Bad Request'],
    ])('that %s, a caller is not left waiting', async (_, reply) => {
      const listening = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.on('data', () => {
          const text = reply()
          if (text !== undefined) socket.write(text)
        })
      })
      fake = listening
      await new Promise<void>((resolve) => void listening.listen(join(directory, 'fake.sock'), resolve))
      const client = await open('fake.sock', { requestTimeoutMs: 100 })
      await expect(client.untilReady(400)).rejects.toThrow(OvsdbDisconnected)
      await expect(client.transact([])).rejects.toThrow(OvsdbDisconnected)
    })
  })
})
