// Hosts that run nothing: for tests, demonstrations and planning. They keep every promise of the contract, and fail or dawdle when told to.
import { internal, notFound } from '#platform/errors.ts'
import type { GuestRef, GuestState, HostFacts, Hypervisor } from '../driver.ts'

/** What a simulated host is like. */
export type Simulation = {
  readonly host: string
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
  /** Time that every change takes, ms. */
  readonly delayMs: number
  /** Share of the changes that fail, 0 to 1. */
  readonly failureRate: number
  /** 0 to 1; gives the dice. */
  readonly random: () => number
}

/** Such a host, which outlives the process that plays it. */
export type SimulatedHypervisor = Hypervisor & {
  /** Puts back the guests that it had when the process ended. */
  readonly restore: (guests: readonly GuestState[]) => void
}

type Guest = {
  readonly name: string
  power: GuestState['power']
  readonly cards: Set<string>
  readonly console: string[]
}

/** Makes one simulated host. */
export function createSimulatedHypervisor(simulation: Simulation): SimulatedHypervisor {
  const guests = new Map<string, Guest>()
  const change = async <T>(action: () => T): Promise<T> => {
    if (simulation.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, simulation.delayMs))
    if (simulation.failureRate > 0 && simulation.random() < simulation.failureRate)
      throw internal('the simulated host was told to fail')
    return action()
  }
  const guestOf = ({ id }: GuestRef): Guest => {
    const guest = guests.get(id)
    if (!guest) throw notFound(`Instance ${id} could not be found.`)
    return guest
  }
  const boot = (guest: Guest) => {
    guest.power = 'running'
    guest.console.push(`${guest.name} login: `)
  }
  return {
    restore: (known) => {
      for (const { id, name, power } of known) {
        const guest: Guest = { name, power: 'shutdown', cards: new Set(), console: [] }
        guests.set(id, guest)
        if (power === 'running') boot(guest)
        guest.power = power
      }
    },
    facts: async () => factsOf(simulation),
    list: async () => [...guests].map(([id, { name, power }]) => ({ id, name, power })),
    spawn: (spec) =>
      change(() => {
        const guest = guests.get(spec.id) ?? {
          name: spec.name,
          power: 'shutdown',
          cards: new Set(spec.interfaces.map((card) => card.portId)),
          console: [],
        }
        guests.set(spec.id, guest)
        if (guest.power !== 'running') boot(guest)
      }),
    destroy: ({ id }) =>
      change(() => {
        guests.delete(id)
      }),
    start: (spec) =>
      change(() => {
        const guest = guestOf(spec)
        if (guest.power !== 'running') boot(guest)
      }),
    stop: (ref) =>
      change(() => {
        guestOf(ref).power = 'shutdown'
      }),
    reboot: (spec) => change(() => boot(guestOf(spec))),
    pause: (ref) =>
      change(() => {
        guestOf(ref).power = 'paused'
      }),
    unpause: (ref) =>
      change(() => {
        guestOf(ref).power = 'running'
      }),
    suspend: (ref) =>
      change(() => {
        guestOf(ref).power = 'shutdown'
      }),
    resume: (spec) =>
      change(() => {
        guestOf(spec).power = 'running'
      }),
    attachInterface: (ref, card) =>
      change(() => {
        guestOf(ref).cards.add(card.portId)
      }),
    detachInterface: (ref, card) =>
      change(() => {
        guestOf(ref).cards.delete(card.portId)
      }),
    consoleOutput: async (ref, lines) => {
      const { console } = guestOf(ref)
      return (lines === null ? console : console.slice(-lines)).join('\n')
    },
  }
}

const factsOf = ({ host, vcpus, memoryMb, diskGb }: Simulation): HostFacts => ({
  host,
  hypervisorType: 'fake',
  hypervisorVersion: 1000,
  accelerated: false,
  ip: '127.0.0.1',
  arch: 'x86_64',
  vcpus,
  memoryMb,
  diskGb,
  cpuModel: 'simulated',
  cpuFeatures: [],
  uptime: '',
})
