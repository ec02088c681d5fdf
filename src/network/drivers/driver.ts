// What the network service asks of a fabric, in Neutron's terms. Every object is given whole, as it should be: `ensure` makes the
// fabric so and touches nothing when it already is, `remove` of what is not there succeeds. Both may be repeated and interrupted at
// any point; the database is the truth, and the fabric can be rebuilt from it.

export type FabricNetwork = {
  id: string
  name: string
  revision: number
  mtu: number
  type: string
  physicalNetwork: string | null
  segmentationId: number | null
  /** Identifies the attachment to the physical network. */
  segmentId: string
  external: boolean
  availabilityZoneHints: readonly string[]
}

export type FabricRoute = { destination: string; nexthop: string }

/** DHCP for one subnet; a subnet without DHCP is not given to the fabric. */
export type FabricSubnet = {
  id: string
  networkId: string
  revision: number
  ipVersion: number
  cidr: string
  gatewayIp: string | null
  mtu: number
  dnsNameservers: readonly string[]
  hostRoutes: readonly FabricRoute[]
  ipv6AddressMode: string | null
  /** Where the subnet's hosts reach the metadata service. */
  metadataIp: string | null
}

export type FabricFixedIp = { subnetId: string; ipAddress: string; prefix: number }

export type FabricPort = {
  id: string
  networkId: string
  name: string
  revision: number
  projectId: string
  deviceId: string
  deviceOwner: string
  macAddress: string
  fixedIps: readonly FabricFixedIp[]
  adminStateUp: boolean
  portSecurity: boolean
  securityGroups: readonly string[]
  allowedAddressPairs: readonly { macAddress: string; ipAddress: string }[]
  extraDhcpOpts: readonly { name: string; value: string; ipVersion: number }[]
  host: string
  vnicType: string
  mtu: number
}

export type FabricRouterPort = {
  id: string
  networkId: string
  revision: number
  macAddress: string
  fixedIps: readonly FabricFixedIp[]
  networkType: string
  physicalNetwork: string | null
  networkMtu: number
  /** IPv4 networks behind the port, which SNAT covers. */
  ipv4Cidrs: readonly string[]
  /** How the port announces itself to IPv6 hosts; null when it does not. */
  ipv6AddressMode: string | null
}

export type FabricRouter = {
  id: string
  name: string
  revision: number
  adminStateUp: boolean
  availabilityZoneHints: readonly string[]
  interfaces: readonly FabricRouterPort[]
  gateway: (FabricRouterPort & { nexthops: readonly { subnetId: string; ipVersion: number; address: string }[] }) | null
  snat: boolean
  routes: readonly FabricRoute[]
}

/** A floating IP that points somewhere; one that does not is not given to the fabric. */
export type FabricFloatingIp = {
  id: string
  revision: number
  networkId: string
  routerId: string
  portId: string
  floatingIpAddress: string
  fixedIpAddress: string
  macAddress: string
}

export type FabricSecurityGroupRule = {
  id: string
  direction: string
  ethertype: string
  protocol: string | null
  portRangeMin: number | null
  portRangeMax: number | null
  remoteIpPrefix: string | null
  remoteGroupId: string | null
}

export type FabricSecurityGroup = {
  id: string
  revision: number
  stateful: boolean
  rules: readonly FabricSecurityGroupRule[]
}

/** Objects of one kind. A call is all or nothing. */
export type FabricTable<T> = {
  ensure(objects: readonly T[]): Promise<void>
  remove(ids: readonly string[]): Promise<void>
  /** What the fabric has: revision by id. */
  revisions(): ReadonlyMap<string, number>
}

/** A host that forwards packets. */
export type Chassis = {
  id: string
  host: string
  availabilityZones: readonly string[]
  bridgeMappings: { readonly [physicalNetwork: string]: string }
  gateway: boolean
  alive: boolean
  heartbeatAt: Date
  /** What `describeAgent` was told. */
  description: string
  /** The metadata agent beside it; null until it has registered. */
  metadata: { id: string; alive: boolean; heartbeatAt: Date; description: string } | null
}

export type FabricListener = {
  /** The fabric can be reached (again): it may have lost or kept anything meanwhile. */
  ready?(): void
  /** A port began or ceased to carry traffic. */
  portStatus?(portId: string, up: boolean): void
  /** Hosts came, went, or changed what they are able to do. */
  chassis?(): void
}

/** Thrown when the fabric cannot be reached, or refuses for a reason that passes: try again later. */
export class FabricUnavailable extends Error {
  override name = 'FabricUnavailable'
}

export type Fabric = {
  networks: FabricTable<FabricNetwork>
  subnets: FabricTable<FabricSubnet>
  ports: FabricTable<FabricPort>
  routers: FabricTable<FabricRouter>
  floatingIps: FabricTable<FabricFloatingIp>
  securityGroups: FabricTable<FabricSecurityGroup>
  isReady(): boolean
  isPortUp(id: string): boolean
  /** Whether ports can be plugged on the host. */
  canBind(host: string): boolean
  chassis(): Chassis[]
  /** Keeps words about a chassis or a metadata agent, by its id; what is not there keeps nothing. */
  describeAgent(id: string, description: string): Promise<void>
  /** Forgets a chassis that has gone, by its id, and the metadata agent beside it. One that lives comes back by itself. */
  forgetChassis(id: string): Promise<void>
  /** Subscribes; returns the way to unsubscribe. */
  listen(listener: FabricListener): () => void
  /** What the hypervisor must know to plug a port, as `binding:vif_type` and `binding:vif_details` show it. */
  vif: { type: string; details: { readonly [key: string]: string | boolean } }
  /** Begins to reach for the fabric; `isReady` tells when that has come about. */
  open(): void
  close(): void
}
