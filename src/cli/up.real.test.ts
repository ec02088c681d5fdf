import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { RunError } from '#lib/exec/run.ts'
import { canMakeHosts, createTestHost, program, type TestHost } from '../agent/testing/test-host.ts'
import { hostDaemons } from './processes/expected.ts'
import { findProcesses } from '#lib/exec/processes.ts'

type Status = {
  services: { name: string; healthy: boolean }[]
  processes: { name: string; pid: number | null; running: boolean; rss_kib: number }[]
}

describe.skipIf(!canMakeHosts)('a real cloud in a namespace', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await createTestHost()
  }, 120_000)
  afterAll(() => host?.close(), 60_000)

  const status = async (): Promise<Status> => {
    const answer = await host.haneul('status', '--json').catch((error: unknown) => {
      if (error instanceof RunError) return error.stdout
      throw error
    })
    const parsed: Status = JSON.parse(answer)
    return parsed
  }
  const pids = async (): Promise<(number | null)[]> => (await status()).processes.map(({ pid }) => pid)
  const ofThisHost = () => findProcesses((argv) => argv.some((word) => word.includes(host.state)))

  test('every daemon runs and every service answers', async () => {
    const { services, processes } = await status()
    expect(processes.map(({ name }) => name)).toEqual([...hostDaemons, 'controller', 'agent'])
    expect(processes.filter(({ running, rss_kib }) => !running || rss_kib === 0)).toEqual([])
    expect(services.filter(({ healthy }) => !healthy)).toEqual([])
    expect(await host.haneul('doctor')).toContain('Nothing wrong')
  })

  test('the host has the external address, and its chassis is a gateway', async () => {
    expect(await host.inside('ip', '-brief', 'address', 'show', 'br-ex')).toContain('172.24.4.1/24')
    const chassis = await host.inside('ovn-sbctl', `--db=unix:${host.state}/ovn/ovnsb_db.sock`, 'list', 'Chassis')
    expect(chassis).toContain('ovn-cms-options=enable-chassis-as-gw')
    expect(chassis).toContain('"extnet:br-ex"')
  })

  test('another cloud does not come up beside it in the same namespace', async () => {
    const other = await mkdtemp('/var/tmp/haneul-other-')
    const up = host.inside(process.execPath, program, 'up', '--state', other)
    await expect(up).rejects.toThrow('Another Open vSwitch runs here')
    await rm(other, { recursive: true })
  })

  test('a second up changes nothing', async () => {
    const before = await pids()
    await host.haneul('up')
    expect(await pids()).toEqual(before)
  })

  test('up starts what was killed, and only that', async () => {
    const before = new Map((await status()).processes.map(({ name, pid }) => [name, pid]))
    const victims = ['ovs-vswitchd', 'libvirtd', 'agent', 'controller']
    for (const victim of victims) process.kill(before.get(victim) ?? 0, 'SIGKILL')
    expect((await status()).processes.filter(({ running }) => !running).map(({ name }) => name)).toEqual(
      expect.arrayContaining(victims),
    )
    await host.haneul('up')
    const { processes } = await status()
    expect(processes.every(({ running }) => running)).toBe(true)
    const changed = processes.filter(({ name, pid }) => before.get(name) !== pid).map(({ name }) => name)
    expect(changed.toSorted()).toEqual(victims.toSorted())
  })

  test('up recovers when everything was killed, as after a reboot', async () => {
    for (const { pid } of (await status()).processes) if (pid !== null) process.kill(pid, 'SIGKILL')
    await host.haneul('up')
    const { services, processes } = await status()
    expect(processes.every(({ running }) => running)).toBe(true)
    expect(services.every(({ healthy }) => healthy)).toBe(true)
  })

  test('down and up again, and again: the bridges are there before anything asks for them', async () => {
    for (let round = 0; round < 3; round += 1) {
      await host.haneul('down')
      await host.haneul('up')
      expect(await host.inside('ip', '-brief', 'address', 'show', 'br-ex')).toContain('172.24.4.1/24')
    }
  }, 180_000)

  test('in the foreground, what is killed comes back by itself; told to end, the cloud is down', async () => {
    const argv = [
      'netns',
      'exec',
      host.namespace,
      process.execPath,
      program,
      'up',
      '--foreground',
      '--state',
      host.state,
    ]
    const foreground = spawn('ip', argv, { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(foreground, 'exit')
    // What it says first is that all runs.
    await once(foreground.stdout, 'data')
    const before = new Map((await status()).processes.map(({ name, pid }) => [name, pid]))
    const victims = ['ovn-northd', 'libvirtd', 'agent', 'controller']
    for (const victim of victims) process.kill(before.get(victim) ?? 0, 'SIGKILL')
    await vi.waitFor(
      async () => {
        const { services, processes } = await status()
        expect(services.every(({ healthy }) => healthy) && processes.every(({ running }) => running)).toBe(true)
        const changed = processes.filter(({ name, pid }) => before.get(name) !== pid).map(({ name }) => name)
        expect(changed.toSorted()).toEqual(victims.toSorted())
      },
      { timeout: 90_000, interval: 500 },
    )
    foreground.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect((await status()).processes.filter(({ running }) => running)).toEqual([])
    await host.haneul('up')
  }, 180_000)

  test('down ends every process, takes the bridges away, and keeps the data', async () => {
    expect(await host.haneul('down')).toContain('its data stays')
    expect(await ofThisHost()).toEqual([])
    expect(await host.inside('ip', '-brief', 'link')).not.toMatch(/br-|ovs-|tap/)
    expect(await readdir(path.join(host.state, 'run'))).not.toContainEqual(expect.stringMatching(/\.pid$/))
    expect(await readdir(host.state)).toContain('haneul.sqlite')
    expect(await host.haneul('down')).toContain('Nothing of this cloud runs')
  })
})
