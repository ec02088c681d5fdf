// A hypervisor on another host, reached over the bus: `serveHypervisor` on the agent, `createRemoteHypervisor` on the controller.
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Bus } from '#platform/bus/bus.ts'
import { badRequest, internal } from '#platform/errors.ts'
import { guestInterface, guestRef, guestSpec, guestState, type Hypervisor, hostFacts } from '../driver.ts'

/** Where the agent of a host is reached. */
export const agentAddress = (host: string): string => `agent.${host}`

const minutes = (count: number) => ({ timeoutMs: count * 60_000 })
const spawnArgs = Type.Object({ spec: guestSpec })
const refArgs = Type.Object({ guest: guestRef })
const stopArgs = Type.Object({ guest: guestRef, timeoutS: Type.Integer() })
const rebootArgs = Type.Object({
  spec: guestSpec,
  type: Type.Union([Type.Literal('soft'), Type.Literal('hard')]),
  timeoutS: Type.Integer(),
})
const cardArgs = Type.Object({ guest: guestRef, card: guestInterface })
const consoleArgs = Type.Object({ guest: guestRef, lines: Type.Union([Type.Integer(), Type.Null()]) })
const states = Type.Array(guestState)

function parse<T extends TSchema>(schema: T, value: unknown, what: string): Static<T> {
  if (Value.Check(schema, value)) return value
  throw badRequest(`${what} over the bus is not what it should be`)
}

/** Lets controllers use the driver of this host. */
export function serveHypervisor(bus: Bus, host: string, driver: Hypervisor): Promise<() => Promise<void>> {
  return bus.serve(agentAddress(host), {
    facts: () => driver.facts(),
    list: () => driver.list(),
    spawn: (args) => driver.spawn(parse(spawnArgs, args, 'spawn').spec),
    destroy: (args) => driver.destroy(parse(refArgs, args, 'destroy').guest),
    start: (args) => driver.start(parse(spawnArgs, args, 'start').spec),
    stop: (args) => {
      const { guest, timeoutS } = parse(stopArgs, args, 'stop')
      return driver.stop(guest, timeoutS)
    },
    reboot: (args) => {
      const { spec, type, timeoutS } = parse(rebootArgs, args, 'reboot')
      return driver.reboot(spec, type, timeoutS)
    },
    pause: (args) => driver.pause(parse(refArgs, args, 'pause').guest),
    unpause: (args) => driver.unpause(parse(refArgs, args, 'unpause').guest),
    suspend: (args) => driver.suspend(parse(refArgs, args, 'suspend').guest),
    resume: (args) => driver.resume(parse(spawnArgs, args, 'resume').spec),
    attachInterface: (args) => {
      const { guest, card } = parse(cardArgs, args, 'attachInterface')
      return driver.attachInterface(guest, card)
    },
    detachInterface: (args) => {
      const { guest, card } = parse(cardArgs, args, 'detachInterface')
      return driver.detachInterface(guest, card)
    },
    consoleOutput: (args) => {
      const { guest, lines } = parse(consoleArgs, args, 'consoleOutput')
      return driver.consoleOutput(guest, lines)
    },
  })
}

/** The driver of a host, as the controller uses it. Calls fail as `unavailable` while the agent is away. */
export function createRemoteHypervisor(bus: Bus, host: string): Hypervisor {
  const address = agentAddress(host)
  const tell = async (method: string, args: unknown, options = minutes(2)): Promise<void> => {
    await bus.call(address, method, args, options)
  }
  return {
    facts: async () => parse(hostFacts, await bus.call(address, 'facts', null), 'facts'),
    list: async () => parse(states, await bus.call(address, 'list', null), 'list'),
    // The first guest of an image waits for the image to be fetched and checked.
    spawn: (spec) => tell('spawn', { spec }, minutes(10)),
    destroy: (guest) => tell('destroy', { guest }),
    start: (spec) => tell('start', { spec }),
    stop: (guest, timeoutS) => tell('stop', { guest, timeoutS }, { timeoutMs: timeoutS * 1000 + 120_000 }),
    reboot: (spec, type, timeoutS) =>
      tell('reboot', { spec, type, timeoutS }, { timeoutMs: timeoutS * 1000 + 120_000 }),
    pause: (guest) => tell('pause', { guest }),
    unpause: (guest) => tell('unpause', { guest }),
    // Memory goes to the disk, and comes from it.
    suspend: (guest) => tell('suspend', { guest }, minutes(10)),
    resume: (spec) => tell('resume', { spec }, minutes(10)),
    attachInterface: (guest, card) => tell('attachInterface', { guest, card }),
    detachInterface: (guest, card) => tell('detachInterface', { guest, card }),
    consoleOutput: async (guest, lines) => {
      const text = await bus.call(address, 'consoleOutput', { guest, lines })
      if (typeof text !== 'string') throw internal('the console output is not text')
      return text
    },
  }
}
