import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { messagesFor } from '../messages.ts'
import type { Terminal } from '../terminal.ts'
import { type StatePaths, statePaths } from './paths.ts'
import { prepareState } from './prepare.ts'

let paths: StatePaths
const notes: string[] = []
const terminal: Terminal = {
  text: messagesFor({}),
  env: {},
  say: () => {},
  note: (line) => void notes.push(line),
  step: (_label, work) => work(),
  confirm: async () => true,
}
const first = { simulated: true, address: undefined, adminPassword: undefined }

beforeEach(async () => {
  notes.length = 0
  paths = statePaths(path.join(await mkdtemp(path.join(tmpdir(), 'haneul-state-')), 'state'))
})
afterEach(() => rm(path.dirname(paths.directory), { recursive: true }))

test('a first start makes a password, a config and credentials nobody else can read', async () => {
  const config = await prepareState(paths, first, terminal)
  expect(config).toMatchObject({ address: '127.0.0.1', simulated: true })
  for (const file of [paths.adminPassword, paths.openrc, paths.clouds, paths.config]) {
    expect((await stat(file)).mode & 0o777, file).toBe(0o600)
  }
  expect((await readFile(paths.adminPassword, 'utf8')).trimEnd()).toMatch(/^[\w-]{20}$/)
})

test('a second start changes nothing', async () => {
  await prepareState(paths, first, terminal)
  const before = await Promise.all(
    [paths.adminPassword, paths.openrc, paths.clouds, paths.config].map((file) => readFile(file, 'utf8')),
  )
  await prepareState(paths, { simulated: false, address: '192.0.2.1', adminPassword: 'other' }, terminal)
  const after = await Promise.all(
    [paths.adminPassword, paths.openrc, paths.clouds, paths.config].map((file) => readFile(file, 'utf8')),
  )
  expect(after).toEqual(before)
  expect(notes).toHaveLength(2)
})

test('a start that was cut off is completed', async () => {
  await prepareState(paths, first, terminal)
  await rm(paths.openrc)
  await rm(paths.adminPassword)
  await prepareState(paths, { ...first, adminPassword: 'given' }, terminal)
  expect(await readFile(paths.openrc, 'utf8')).toContain('export OS_PASSWORD=given\n')
})

test('admin-openrc survives any password', async () => {
  const adminPassword = `it's $HOME; "a b" \\ 비밀`
  await prepareState(paths, { ...first, adminPassword }, terminal)
  const { stdout } = await promisify(execFile)('sh', ['-c', '. "$1"; printf %s "$OS_PASSWORD"', 'sh', paths.openrc])
  expect(stdout).toBe(adminPassword)
})

test('a real cloud is not started as a simulated one, and an address must be one', async () => {
  await prepareState(paths, { ...first, simulated: false, address: '127.0.0.1' }, terminal)
  await expect(prepareState(paths, first, terminal)).rejects.toThrow('whose hypervisor is libvirt')
  await expect(prepareState(paths, { ...first, address: 'nowhere' }, terminal)).rejects.toThrow('Not an IP address')
})

test('an address changed by the operator reaches the credentials', async () => {
  await prepareState(paths, first, terminal)
  const config = await readFile(paths.config, 'utf8')
  await writeFile(paths.config, config.replace('127.0.0.1', '192.0.2.9'))
  await prepareState(paths, first, terminal)
  expect(await readFile(paths.openrc, 'utf8')).toContain('OS_AUTH_URL=http://192.0.2.9:5000/v3')
})
