// Guests under libvirt. Everything is done in turn for each guest and looks first at what is so already, so that any call
// may come twice, or again after this process was killed half-way.
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  GuestInterface,
  GuestRef,
  GuestSpec,
  GuestState,
  Hypervisor,
  PowerState,
} from '#compute/drivers/driver.ts'
import { kvmWorks } from '#lib/kvm/probe.ts'
import { type DomainInterface, interfaceXml } from '#lib/libvirt/domain.ts'
import { LibvirtError } from '#lib/libvirt/errors.ts'
import type { Libvirt } from '#lib/libvirt/libvirt.ts'
import { domainList, domainStates, hostCapabilities, interfacesOf } from '#lib/libvirt/parse.ts'
import { notFound } from '#platform/errors.ts'
import { createTurns } from '../../in-turn.ts'
import { tailOfLog } from './console.ts'
import { guestXml } from './definition.ts'
import { createDisks } from './disks.ts'
import { type HostIdentity, hostFacts } from './facts.ts'
import { exists, guestPlaces } from './places.ts'
import type { Taps } from './taps.ts'

export interface LibvirtHost {
  readonly libvirt: Libvirt
  readonly taps: Taps
  readonly identity: HostIdentity
}

/** How long a guest may take to let go of a card. */
const detachPatienceMs = 10_000

export function createLibvirtHypervisor({ libvirt, taps, identity }: LibvirtHost): Hypervisor {
  const { virsh, virshPatiently, virshXml } = libvirt
  const disks = createDisks(identity.instances)
  const inTurn = createTurns()
  let accelerated: Promise<boolean> | undefined

  const isAccelerated = (): Promise<boolean> => {
    accelerated ??= virsh('capabilities').then((xml) => hostCapabilities(xml).kvm && kvmWorks())
    accelerated.catch(() => (accelerated = undefined))
    return accelerated
  }
  const power = async (name: string): Promise<PowerState | undefined> => {
    try {
      return powers[domainStates(await virsh('domstats', '--state', name)).get(name) ?? 0]
    } catch (error) {
      if (error instanceof LibvirtError && error.reason === 'domain') return undefined
      throw error
    }
  }
  const known = async (guest: GuestRef): Promise<PowerState> => {
    const state = await power(guest.name)
    if (state === undefined) throw notFound(`Instance ${guest.id} could not be found.`)
    return state
  }
  const cardOf = async (card: GuestInterface): Promise<DomainInterface> => {
    return { mac: card.mac, tap: card.tap, mtu: card.mtu, offloads: await taps.offloads(card.bridge) }
  }

  /** Defines the guest as the spec says and starts it; disks that exist are kept. */
  const boot = async (spec: GuestSpec): Promise<void> => {
    const places = guestPlaces(identity.instances, spec.id)
    const guestDisks = await disks.prepare(spec, places)
    const interfaces: DomainInterface[] = []
    for (const card of spec.interfaces) {
      await taps.plug(card, spec.id)
      interfaces.push(await cardOf(card))
    }
    const type = (await isAccelerated()) ? 'kvm' : 'qemu'
    await virshXml(guestXml(spec, { type, disks: guestDisks, interfaces, consoleLog: places.consoleLog }), 'define')
    await unlessSo(virsh('start', spec.name), /already active|already running/i)
  }
  const pullPlug = async (name: string): Promise<void> => {
    if (isOn(await power(name))) await unlessSo(virsh('destroy', name), gone)
  }
  const powerOff = async (guest: GuestRef, timeoutS: number): Promise<void> => {
    if (timeoutS > 0 && isOn(await known(guest))) {
      await unlessSo(virsh('shutdown', '--mode', 'acpi', guest.name), gone)
      const deadline = performance.now() + timeoutS * 1000
      while (performance.now() < deadline && isOn(await power(guest.name))) await sleep(250)
    }
    await pullPlug(guest.name)
    // What was suspended is not to go on at its next start.
    await virsh('managedsave-remove', guest.name)
  }
  const liveInterfaces = async (name: string): Promise<{ mac: string; tap: string }[]> => {
    return interfacesOf(await virsh('dumpxml', name))
  }
  const hasCard = async (name: string, card: GuestInterface): Promise<boolean> => {
    return (await liveInterfaces(name)).some(({ mac }) => mac === card.mac.toLowerCase())
  }

  return {
    facts: async () => hostFacts(identity, libvirt, await isAccelerated()),

    list: async () => {
      const [names, stats] = await Promise.all([
        virsh('list', '--all', '--uuid', '--name'),
        virsh('domstats', '--state'),
      ])
      const states = domainStates(stats)
      return domainList(names).flatMap(({ uuid, name }): GuestState[] => {
        const state = powers[states.get(name) ?? 0]
        // A guest that came or went between the two answers is told of next time.
        return /^instance-[0-9a-f]{8,}$/.test(name) && state !== undefined ? [{ id: uuid, name, power: state }] : []
      })
    },

    spawn: (spec) =>
      inTurn(spec.id, async () => {
        if (!isOn(await power(spec.name))) await boot(spec)
      }),

    destroy: (guest) =>
      inTurn(guest.id, async () => {
        await pullPlug(guest.name)
        await taps.unplugAll(guest.id)
        await rm(guestPlaces(identity.instances, guest.id).directory, { recursive: true, force: true })
        // The definition goes last: while anything of the guest is left, `list` tells of it.
        if ((await power(guest.name)) !== undefined) {
          await unlessSo(virsh('undefine', guest.name, '--managed-save', '--snapshots-metadata'), gone)
        }
      }),

    start: (spec) =>
      inTurn(spec.id, async () => {
        // After a restart of the host the definition may be gone, but never the disk.
        const { directory } = guestPlaces(identity.instances, spec.id)
        if (!(await exists(directory))) throw notFound(`Instance ${spec.id} could not be found.`)
        if (!isOn(await power(spec.name))) await boot(spec)
      }),

    stop: (guest, timeoutS) =>
      inTurn(guest.id, async () => {
        await known(guest)
        await powerOff(guest, timeoutS)
      }),

    reboot: (spec, type, timeoutS) =>
      inTurn(spec.id, async () => {
        await known(spec)
        await powerOff(spec, type === 'soft' ? timeoutS : 0)
        await boot(spec)
      }),

    pause: (guest) =>
      inTurn(guest.id, async () => {
        if ((await known(guest)) !== 'paused') await virsh('suspend', guest.name)
      }),

    unpause: (guest) =>
      inTurn(guest.id, async () => {
        if ((await known(guest)) === 'paused') await virsh('resume', guest.name)
      }),

    suspend: (guest) =>
      inTurn(guest.id, async () => {
        if (isOn(await known(guest))) await virshPatiently('managedsave', guest.name)
      }),

    resume: (spec) =>
      inTurn(spec.id, async () => {
        if (isOn(await known(spec))) return
        for (const card of spec.interfaces) await taps.plug(card, spec.id)
        // With the definition as it was: the memory is that of a guest with those devices.
        await unlessSo(virshPatiently('start', spec.name), /already active|already running/i)
      }),

    attachInterface: (guest, card) =>
      inTurn(guest.id, async () => {
        const on = isOn(await known(guest))
        await taps.plug(card, guest.id)
        if (await hasCard(guest.name, card)) return
        const where = on ? ['--live', '--config'] : ['--config']
        await virshXml(interfaceXml(await cardOf(card)), 'attach-device', guest.name, ...where, '--file')
      }),

    detachInterface: (guest, card) =>
      inTurn(guest.id, async () => {
        const on = isOn(await known(guest))
        if (await hasCard(guest.name, card)) {
          const where = on ? ['--live', '--config'] : ['--config']
          await virsh('detach-interface', guest.name, '--type', 'ethernet', '--mac', card.mac, ...where)
          // A running guest takes its time to let go, and the tap must outlast it.
          const deadline = performance.now() + detachPatienceMs
          while (await hasCard(guest.name, card)) {
            if (performance.now() > deadline) throw new Error(`${guest.name} does not let go of ${card.mac}`)
            await sleep(200)
          }
        }
        await taps.unplug(card.tap)
      }),

    consoleOutput: async (guest, lines) => {
      await known(guest)
      return tailOfLog(path.resolve(guestPlaces(identity.instances, guest.id).consoleLog), lines)
    },
  }
}

function isOn(state: PowerState | undefined): boolean {
  return state === 'running' || state === 'paused' || state === 'suspended'
}

/** virDomainState as nova's power states; blocked (2) and shutting down (4) guests are still there. */
const powers: Readonly<Record<number, PowerState>> = {
  1: 'running',
  2: 'running',
  3: 'paused',
  4: 'running',
  5: 'shutdown',
  6: 'crashed',
  7: 'suspended',
}

const gone = /failed to get domain|domain not found|domain is not running/i

/** Waits for a command that libvirt refuses when things are `already` as it would make them. */
async function unlessSo(command: Promise<unknown>, already: RegExp): Promise<void> {
  try {
    await command
  } catch (error) {
    if (!(error instanceof LibvirtError && already.test(error.message))) throw error
  }
}
