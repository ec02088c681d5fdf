import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { messagesFor } from '../messages.ts'
import { type StatePaths, statePaths } from '../state/paths.ts'
import type { Terminal } from '../terminal.ts'
import { type Daemon, startDaemon, stopDaemon } from './daemon.ts'
import { withLock } from './lock.ts'
import { readPidFile, runningProcess } from './pid-file.ts'
import { identify, isRunning } from '#lib/exec/processes.ts'

let paths: StatePaths
const terminal: Terminal = {
  text: messagesFor({}),
  env: {},
  say: () => {},
  note: () => {},
  step: (_label, work) => work(),
  confirm: async () => true,
}
const sleeper: Daemon = { name: 'sleeper', argv: ['sleep', '600'], ready: async () => true }

beforeEach(async () => {
  paths = statePaths(await mkdtemp(path.join(tmpdir(), 'haneul-daemon-')))
  await mkdir(paths.run)
  await mkdir(paths.log)
})
afterEach(async () => {
  await stopDaemon(paths, 'sleeper')
  await rm(paths.directory, { recursive: true })
})

test('a daemon is started once and ended', async () => {
  expect(await startDaemon(paths, sleeper, terminal)).toBe(true)
  const identity = await runningProcess(paths.run, 'sleeper')
  expect(await startDaemon(paths, sleeper, terminal)).toBe(false)
  expect(await runningProcess(paths.run, 'sleeper')).toEqual(identity)
  expect(await stopDaemon(paths, 'sleeper')).toBe(true)
  expect(await identify(identity?.pid ?? 0)).toBeUndefined()
  expect(await readPidFile(paths.run, 'sleeper')).toBeUndefined()
  expect(await stopDaemon(paths, 'sleeper')).toBe(false)
})

test('a daemon that dies is reported with the end of its log', async () => {
  const dying: Daemon = { name: 'dying', argv: ['ls', '/no/such/place'], ready: async () => false }
  await expect(startDaemon(paths, dying, terminal)).rejects.toThrow('/no/such/place')
  expect(await readPidFile(paths.run, 'dying')).toBeUndefined()
})

test('a daemon deaf to SIGTERM is killed', async () => {
  const argv = [
    'sh',
    '-c',
    'trap "" TERM; touch "$1"; while :; do sleep 1; done',
    'sh',
    path.join(paths.run, 'up'),
  ] as const
  const ready = async (): Promise<boolean> =>
    (await readFile(path.join(paths.run, 'up')).catch(() => undefined)) !== undefined
  await startDaemon(paths, { name: 'deaf', argv: [...argv], ready }, terminal)
  expect(await stopDaemon(paths, 'deaf', 0.1)).toBe(true)
})

test('a process that took over a recorded pid is left alone', async () => {
  await startDaemon(paths, sleeper, terminal)
  const identity = await readPidFile(paths.run, 'sleeper')
  if (identity === undefined) throw new Error('no pid file')
  const file = path.join(paths.run, 'stranger.pid')
  for (const lines of [
    [identity.pid, Number(identity.startTime) - 1, identity.bootId],
    [identity.pid, identity.startTime, 'another-boot'],
  ]) {
    await writeFile(file, `${lines.join('\n')}\n`)
    expect(await stopDaemon(paths, 'stranger')).toBe(false)
    expect(await isRunning(identity)).toBe(true)
  }
})

test('one launcher at a time; a dead one leaves no lock behind', async () => {
  await withLock(paths, terminal, async () => {
    await expect(withLock(paths, terminal, async () => 1)).rejects.toThrow(`process ${process.pid}`)
  })
  await writeFile(path.join(paths.run, 'launcher.lock'), '1\n1\nanother-boot\n')
  expect(await withLock(paths, terminal, async () => 2)).toBe(2)
})
