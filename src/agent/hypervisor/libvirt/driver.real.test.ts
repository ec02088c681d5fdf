// The contract of every hypervisor, on the real one: a host in a namespace, its agent reached over the bus, a guest booted
// from our own image.
import { access, readdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hypervisorContract } from '#compute/drivers/driver.contract.ts'
import type { GuestSpec, Hypervisor } from '#compute/drivers/driver.ts'
import { createRemoteHypervisor } from '#compute/drivers/remote/driver.ts'
import type { Bus } from '#platform/bus/bus.ts'
import { joinHub } from '#platform/bus/client.ts'
import { newUuid } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import { cachedGuestImage } from '../../../../tools/guest-image/cached.ts'
import { canMakeHosts, createTestHost, type TestHost } from '../../testing/test-host.ts'

describe.skipIf(!canMakeHosts)('libvirt', () => {
  let host: TestHost
  let bus: Bus
  let driver: Hypervisor
  let spec: GuestSpec

  beforeAll(async () => {
    const image = await cachedGuestImage(() => undefined)
    host = await createTestHost()
    bus = joinHub(path.join(host.state, 'run/bus.sock'), createLog('silent'))
    driver = createRemoteHypervisor(bus, hostname())
    await vi.waitFor(() => driver.list(), { timeout: 30_000 })
    spec = {
      id: newUuid(),
      name: 'instance-0000000a',
      displayName: 'a <server> & "co"',
      projectId: newUuid(),
      userId: newUuid(),
      flavorName: 'm1.nano',
      vcpus: 1,
      memoryMb: 128,
      rootGb: 1,
      ephemeralGb: 0,
      swapMb: 64,
      image: { id: newUuid(), name: 'guest', format: 'qcow2', path: image },
      interfaces: [card('tap0000000a-01', 'fa:16:3e:00:00:0a')],
      configDrive: [
        {
          path: 'openstack/latest/meta_data.json',
          base64: Buffer.from(JSON.stringify({ uuid: 'u', hostname: 'web1.novalocal' })).toString('base64'),
        },
        {
          path: 'openstack/latest/user_data',
          base64: Buffer.from('#!/bin/sh\necho user data ran on $(hostname)\n').toString('base64'),
        },
      ],
    }
  }, 120_000)

  afterAll(async () => {
    await bus?.close()
    await host?.close()
  }, 60_000)

  hypervisorContract('libvirt behind the bus', async () => ({
    driver,
    spec,
    card: card('tap0000000a-02', 'fa:16:3e:00:00:0b'),
    close: async () => undefined,
  }))

  test('a guest takes its name and its user data from the config drive, and powers off when asked', async () => {
    await driver.spawn(spec)
    const log = (): Promise<string> => driver.consoleOutput(spec, null)
    await expect.poll(log, { timeout: 60_000, interval: 500 }).toContain('user data ran on web1')
    await expect.poll(log, { timeout: 60_000, interval: 500 }).toContain('web1 login:')
    expect(await host.inside('ovs-vsctl', `--db=unix:${host.state}/ovs/db.sock`, 'list-ports', 'br-int')).toContain(
      'tap0000000a-01',
    )
    await driver.stop(spec, 30)
    expect((await driver.list()).map(({ power }) => power)).toEqual(['shutdown'])
  })

  test('a guest outlives libvirtd and the agent, and both find it again', async () => {
    await driver.start(spec)
    for (const name of ['libvirtd', 'virtlogd', 'agent']) process.kill(await pidOf(name), 'SIGKILL')
    await host.haneul('up')
    const states = await vi.waitFor(() => driver.list(), { timeout: 20_000 })
    expect(states).toEqual([{ id: spec.id, name: spec.name, power: 'running' }])
    await driver.attachInterface(spec, card('tap0000000a-03', 'fa:16:3e:00:00:0c'))
    await driver.stop(spec, 0)
  })

  test('an agent killed at any moment of making a guest makes it whole when asked again', async () => {
    for (const afterMs of [20, 80, 150, 250, 400]) {
      await driver.destroy(spec)
      const cut = driver.spawn(spec).catch(() => undefined)
      await sleep(afterMs)
      process.kill(await pidOf('agent'), 'SIGKILL')
      await cut
      await host.haneul('up')
      await vi.waitFor(() => driver.spawn(spec), { timeout: 20_000 })
      expect(await driver.list()).toEqual([{ id: spec.id, name: spec.name, power: 'running' }])
    }
  }, 120_000)

  test('nothing is left of a destroyed guest', async () => {
    await driver.destroy(spec)
    expect(await driver.list()).toEqual([])
    expect(await host.inside('ovs-vsctl', `--db=unix:${host.state}/ovs/db.sock`, 'list-ports', 'br-int')).not.toContain(
      'tap',
    )
    expect(await host.inside('ip', '-o', 'link')).not.toContain('tap0000000a')
    expect(await readdir(path.join(host.state, 'instances'))).toEqual(['_base'])
  })

  test('an image that is larger than the disk of the flavor, or refers to another file, is refused', async () => {
    const trap = path.join(host.state, 'trap.qcow2')
    await host.inside('qemu-img', 'create', '-q', '-f', 'qcow2', '-u', '-b', '/etc/passwd', '-F', 'raw', trap, '1M')
    const refused = { ...spec, id: newUuid(), image: { ...spec.image, id: newUuid(), path: trap } }
    await expect(driver.spawn(refused)).rejects.toMatchObject({ kind: 'conflict' })
    const large = path.join(host.state, 'large.qcow2')
    await host.inside('qemu-img', 'create', '-q', '-f', 'qcow2', large, '2G')
    const small = { ...spec, id: newUuid(), image: { ...spec.image, id: newUuid(), path: large } }
    await expect(driver.spawn(small)).rejects.toThrow('too small')
    await driver.destroy(refused)
    await driver.destroy(small)
    await expect(access(path.join(host.state, 'instances', small.id))).rejects.toThrow('ENOENT')
  })

  async function pidOf(name: string): Promise<number> {
    return Number((await readFile(path.join(host.state, `run/${name}.pid`), 'utf8')).split('\n')[0])
  }

  function card(tap: string, mac: string): GuestSpec['interfaces'][number] {
    return { portId: newUuid(), networkId: newUuid(), mac, tap, bridge: 'br-int', mtu: 1442 }
  }
})
