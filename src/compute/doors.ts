// What compute asks of the other services: each is a function of that service's door, handed over by the composition root.
import type { Ctx } from '#platform/context.ts'

/** An image as compute needs it. Sizes in bytes, `minRam` in MiB, `minDisk` in GiB. */
export type BootImage = {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly diskFormat: string
  readonly size: number
  readonly virtualSize: number | null
  readonly minRam: number
  readonly minDisk: number
  readonly properties: Readonly<Record<string, string>>
  /** Where the checked bytes are on the controller's file system. */
  readonly path: string
}

export type ImageDoor = {
  /** The image, if the caller may see it and it has data; throws `notFound`, or `conflict` while it has none. */
  readonly getBootImage: (ctx: Ctx, id: string) => Promise<BootImage>
  /** As `getBootImage`, once the bytes are where `path` says. */
  readonly fetchBootImage: (ctx: Ctx, id: string) => Promise<BootImage>
}

/** Amounts by resource class: `{ VCPU: 1, MEMORY_MB: 64 }`. */
export type Resources = Readonly<Record<string, number>>

export type Inventory = {
  readonly total: number
  readonly reserved: number
  readonly minUnit: number
  readonly maxUnit: number
  readonly stepSize: number
  readonly allocationRatio: number
}

/** A provider that has room, with what it has and what of it is taken. */
export type Candidate = { readonly providerId: string; readonly capacity: Resources; readonly used: Resources }

export type PlacementDoor = {
  /** Makes a provider and sets its inventory and traits, if they differ from what is there. Idempotent. */
  readonly ensureProvider: (
    ctx: Ctx,
    provider: {
      readonly id: string
      readonly name: string
      readonly inventories: Readonly<Record<string, Inventory>>
      readonly traits: readonly string[]
    },
  ) => Promise<void>
  readonly deleteProvider: (ctx: Ctx, id: string) => Promise<void>
  /** Puts a provider in some aggregates and takes it out of others. Idempotent. */
  readonly changeAggregates: (
    ctx: Ctx,
    id: string,
    changes: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ) => Promise<void>
  /** Providers with room for the resources and all the traits, at most `limit`; of one of some aggregates, where they are given. */
  readonly getCandidates: (
    ctx: Ctx,
    request: {
      readonly resources: Resources
      readonly required: readonly string[]
      readonly memberOf?: readonly string[]
      readonly limit: number
    },
  ) => Promise<readonly Candidate[]>
  /** Takes the resources for a consumer, whole or not at all: false where somebody was faster. A claim that is held already is kept. */
  readonly claim: (
    ctx: Ctx,
    claim: {
      readonly consumerId: string
      readonly projectId: string
      readonly userId: string
      readonly providerId: string
      readonly resources: Resources
    },
  ) => Promise<boolean>
  /** Gives back everything a consumer holds. Idempotent. */
  readonly release: (ctx: Ctx, consumerId: string) => Promise<void>
}

/** A port as a server has it. */
export type ServerPort = {
  readonly id: string
  readonly networkId: string
  readonly networkName: string
  readonly mac: string
  readonly mtu: number
  readonly fixedIps: readonly { readonly subnetId: string; readonly address: string }[]
  readonly floatingIps: readonly { readonly fixed: string; readonly floating: string }[]
  readonly securityGroupIds: readonly string[]
  readonly securityGroups: readonly string[]
  readonly status: string
  /** Whether compute made it, and so deletes it with the server. */
  readonly ownedByServer: boolean
}

/** A card that a server was asked to have. */
export type PortRequest = {
  /** The id of the port to make, chosen by compute, or of the existing one to take. */
  readonly portId: string
  readonly existing: boolean
  readonly networkId: string | null
  readonly fixedIp: string | null
  readonly tag: string | null
}

/** A rule of a security group that lets traffic in. Ports null: all of the protocol. */
export type GroupRule = {
  readonly id: string
  readonly groupId: string
  readonly protocol: string | null
  readonly fromPort: number | null
  readonly toPort: number | null
  readonly cidr: string | null
  readonly remoteGroupId: string | null
}

export type Group = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly projectId: string
  readonly rules: readonly GroupRule[]
}

/** Security groups belong to the network, whose own rules decide here too; compute only passes them on. */
export type SecurityGroupsDoor = {
  readonly list: (ctx: Ctx) => Promise<readonly Group[]>
  readonly get: (ctx: Ctx, id: string) => Promise<Group>
  readonly create: (ctx: Ctx, name: string, description: string) => Promise<Group>
  readonly update: (ctx: Ctx, id: string, name: string, description: string) => Promise<Group>
  readonly delete: (ctx: Ctx, id: string) => Promise<void>
  readonly createRule: (ctx: Ctx, rule: Omit<GroupRule, 'id'>) => Promise<GroupRule>
  readonly deleteRule: (ctx: Ctx, id: string) => Promise<void>
  readonly changeServerGroups: (
    ctx: Ctx,
    serverId: string,
    change: (ids: readonly string[]) => readonly string[],
  ) => Promise<void>
}

export type NetworkDoor = {
  /** Checks what a server asks for before anything is made: networks and ports exist, are visible and free. Resolves "auto". */
  readonly planPorts: (
    ctx: Ctx,
    wanted:
      | { readonly kind: 'auto' }
      | { readonly kind: 'none' }
      | {
          readonly kind: 'list'
          readonly items: readonly {
            readonly networkId: string | null
            readonly portId: string | null
            readonly fixedIp: string | null
            readonly tag: string | null
          }[]
        },
    servers: number,
  ) => Promise<
    readonly {
      readonly networkId: string
      readonly portId: string | null
      readonly fixedIp: string | null
      readonly tag: string | null
    }[]
  >
  /** Ids of security groups by name or id; throws `badRequest`/`notFound` as Nova passes on. */
  readonly resolveSecurityGroups: (
    ctx: Ctx,
    names: readonly string[],
  ) => Promise<readonly { readonly id: string; readonly name: string }[]>
  /** Makes or takes the ports and binds them to the host. Idempotent by port id. */
  readonly allocatePorts: (
    ctx: Ctx,
    server: {
      readonly id: string
      readonly projectId: string
      readonly hostname: string
      readonly host: string
      readonly zone: string
    },
    ports: readonly PortRequest[],
    securityGroupIds: readonly string[],
  ) => Promise<readonly ServerPort[]>
  /** Deletes the ports that compute made, and lets go of the others. Idempotent. */
  readonly releasePorts: (ctx: Ctx, serverId: string) => Promise<void>
  /** Lets go of, or deletes, one port. */
  readonly releasePort: (ctx: Ctx, portId: string) => Promise<void>
  readonly listServerPorts: (ctx: Ctx, serverId: string) => Promise<readonly ServerPort[]>
  /** The server that has the address on the network: whose metadata is asked for. */
  readonly findServerByAddress: (ctx: Ctx, networkId: string, address: string) => Promise<string | null>
  /** Networks that floating IPs come from. */
  readonly listExternalNetworks: (ctx: Ctx) => Promise<readonly { readonly id: string; readonly name: string }[]>
  readonly securityGroups: SecurityGroupsDoor
}

export type IdentityDoor = {
  /** Whether a project exists: quotas and flavor access name projects. */
  readonly projectExists: (ctx: Ctx, id: string) => Promise<boolean>
}

export type ComputeDoors = {
  readonly identity: IdentityDoor
  readonly image: ImageDoor
  readonly placement: PlacementDoor
  readonly network: NetworkDoor
}
