// What compute asks of a host. Everything that crosses the bus to an agent has a schema here; every operation may be repeated.
import { type Static, Type } from 'typebox'

/** A network card of a guest. The tap is made by the driver and put on `bridge` with `portId` as its iface-id. */
export const guestInterface = Type.Object({
  portId: Type.String(),
  networkId: Type.String(),
  mac: Type.String(),
  /** Name of the tap device, 14 characters at most. */
  tap: Type.String({ maxLength: 15 }),
  bridge: Type.String(),
  mtu: Type.Integer(),
})

/** A file of the config drive, below its root: `openstack/latest/meta_data.json`. */
export const configFile = Type.Object({ path: Type.String(), base64: Type.String() })

/** All that a host must know to run a guest. */
export const guestSpec = Type.Object({
  /** The server's id. */
  id: Type.String(),
  /** The name on the hypervisor: `instance-0000000a`. */
  name: Type.String({ pattern: '^instance-[0-9a-f]{8,}$' }),
  displayName: Type.String(),
  projectId: Type.String(),
  userId: Type.String(),
  flavorName: Type.String(),
  vcpus: Type.Integer({ minimum: 1 }),
  memoryMb: Type.Integer({ minimum: 1 }),
  /** Size of the root disk, GiB; 0: as large as the image. */
  rootGb: Type.Integer({ minimum: 0 }),
  ephemeralGb: Type.Integer({ minimum: 0 }),
  swapMb: Type.Integer({ minimum: 0 }),
  image: Type.Object({
    id: Type.String(),
    name: Type.String(),
    format: Type.Union([
      Type.Literal('raw'),
      Type.Literal('qcow2'),
      Type.Literal('iso'),
      Type.Literal('vmdk'),
      Type.Literal('vdi'),
      Type.Literal('vhd'),
      Type.Literal('vhdx'),
    ]),
    /** Where the checked bytes are, on a file system that the host sees. */
    path: Type.String(),
  }),
  interfaces: Type.Array(guestInterface),
  configDrive: Type.Union([Type.Null(), Type.Array(configFile)]),
})

/** Names a guest that may or may not exist. */
export const guestRef = Type.Object({ id: Type.String(), name: Type.String() })

export const powerState = Type.Union([
  Type.Literal('running'),
  Type.Literal('paused'),
  Type.Literal('shutdown'),
  Type.Literal('crashed'),
  Type.Literal('suspended'),
])

export const guestState = Type.Object({ id: Type.String(), name: Type.String(), power: powerState })

/** What a host is and has. Memory in MiB, disk in GiB. */
export const hostFacts = Type.Object({
  host: Type.String(),
  /** `QEMU`, or `fake` for a simulated host. */
  hypervisorType: Type.String(),
  /** 7.2.0 is 7002000. */
  hypervisorVersion: Type.Integer(),
  /** Whether guests run on the processor itself. */
  accelerated: Type.Boolean(),
  ip: Type.String(),
  arch: Type.String(),
  vcpus: Type.Integer(),
  memoryMb: Type.Integer(),
  diskGb: Type.Integer(),
  cpuModel: Type.String(),
  cpuFeatures: Type.Array(Type.String()),
  uptime: Type.String(),
})

export type GuestInterface = Static<typeof guestInterface>
export type ConfigFile = Static<typeof configFile>
export type GuestSpec = Static<typeof guestSpec>
export type GuestRef = Static<typeof guestRef>
export type PowerState = Static<typeof powerState>
export type GuestState = Static<typeof guestState>
export type HostFacts = Static<typeof hostFacts>

/**
 * A hypervisor on one host. All operations are idempotent: what is already so stays so, and destroying nothing succeeds.
 * They throw `CloudError`: `notFound` (no such guest, where one is needed), `conflict`, or `internal` with words for the user.
 */
export type Hypervisor = {
  readonly facts: () => Promise<HostFacts>
  readonly list: () => Promise<readonly GuestState[]>
  /** Makes disks, cards and the guest, and starts it. What is half there from an earlier try is completed. */
  readonly spawn: (spec: GuestSpec) => Promise<void>
  /** Ends the guest and removes its disks, cards, console log and definition. */
  readonly destroy: (guest: GuestRef) => Promise<void>
  /** Starts a guest that is off, with its cards as the spec says. */
  readonly start: (spec: GuestSpec) => Promise<void>
  /** Asks the guest to power off, and pulls the plug after `timeoutS` seconds (0: at once). */
  readonly stop: (guest: GuestRef, timeoutS: number) => Promise<void>
  /** `soft`: asks the guest first, as `stop` does. */
  readonly reboot: (spec: GuestSpec, type: 'soft' | 'hard', timeoutS: number) => Promise<void>
  readonly pause: (guest: GuestRef) => Promise<void>
  readonly unpause: (guest: GuestRef) => Promise<void>
  /** Keeps a running guest's memory on disk and takes it off its processor: it counts as shut down. `stop` and `reboot` forget the memory. */
  readonly suspend: (guest: GuestRef) => Promise<void>
  /** Lets a suspended guest go on where it was, with the cards it had; one whose memory is lost starts anew. */
  readonly resume: (spec: GuestSpec) => Promise<void>
  readonly attachInterface: (guest: GuestRef, card: GuestInterface) => Promise<void>
  readonly detachInterface: (guest: GuestRef, card: GuestInterface) => Promise<void>
  /** The last `lines` of the serial console (null: all that is kept, 1 MiB at most). */
  readonly consoleOutput: (guest: GuestRef, lines: number | null) => Promise<string>
}
