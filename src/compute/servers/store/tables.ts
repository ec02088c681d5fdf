/**
 * A server. Times in milliseconds since the epoch, memory in MiB, disks in GiB; what is JSON says so.
 * `revision` moves with every write, so that what was read can be compared and kept.
 */
export type ServerRow = {
  /** Gives the name on the hypervisor: 10 is `instance-0000000a`. */
  number: number
  id: string
  revision: number
  name: string
  hostname: string
  description: string | null
  project_id: string
  user_id: string
  vm_state: string
  task_state: string | null
  /** Nova's number: 0 none, 1 running, 3 paused, 4 shut down, 6 crashed, 7 suspended. */
  power_state: number
  host: string | null
  node_id: string | null
  availability_zone: string | null
  /** Of the flavor as it was: amounts for quota and scheduling, the rest as JSON. */
  vcpus: number
  memory_mb: number
  root_gb: number
  ephemeral_gb: number
  swap_mb: number
  /** JSON: `{ id, name, extra_specs }`. */
  flavor: string
  image_id: string | null
  /** JSON: properties of the image as they were. */
  image_properties: string
  key_name: string | null
  public_key: string | null
  user_data: string | null
  /** JSON: texts by key. */
  metadata: string
  /** JSON: texts, sorted. */
  tags: string
  /** JSON: cards as `NetworkCard[]`, so that a list needs no network service. */
  cards: string
  /** JSON: `{ names }` asked for at creation. */
  security_groups: string
  /** JSON: hints of the scheduler, as given. */
  scheduler_hints: string
  /** The group that it was created in, while there is that. */
  server_group_id: string | null
  config_drive: number
  disk_config: string
  access_ip_v4: string | null
  access_ip_v6: string | null
  locked_by: string | null
  locked_reason: string | null
  launch_index: number
  reservation_id: string
  root_device_name: string | null
  progress: number
  /** JSON: `{ code, message, created, details }` of the last failure. */
  fault: string | null
  launched_at: number | null
  terminated_at: number | null
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** A server without what the database chooses. */
export type NewServerRow = Omit<ServerRow, 'number'>

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_servers: Omit<ServerRow, 'number'> & { number: import('kysely').Generated<number> }
  }
}

/** A network card of a server as it is kept with it. */
export type NetworkCard = {
  readonly portId: string
  readonly networkId: string
  readonly label: string
  readonly mac: string
  readonly mtu: number
  readonly tap: string
  readonly tag: string | null
  readonly ips: readonly { readonly address: string; readonly subnetId: string; readonly floating: readonly string[] }[]
  readonly securityGroups: readonly string[]
}
