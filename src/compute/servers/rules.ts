// The states of a server: what the API calls them and which action is allowed from which. Source: nova/api/openstack/common.py, nova/compute/api.py.
import ipaddr from 'ipaddr.js'
import { badRequest } from '#platform/errors.ts'
import { isUuid } from '#platform/ids.ts'

/** Status by vm_state, then task_state. */
const statusMap: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  active: {
    default: 'ACTIVE',
    rebooting: 'REBOOT',
    reboot_pending: 'REBOOT',
    reboot_started: 'REBOOT',
    rebooting_hard: 'HARD_REBOOT',
    reboot_pending_hard: 'HARD_REBOOT',
    reboot_started_hard: 'HARD_REBOOT',
    updating_password: 'PASSWORD',
    rebuilding: 'REBUILD',
    rebuild_block_device_mapping: 'REBUILD',
    rebuild_spawning: 'REBUILD',
    migrating: 'MIGRATING',
    resize_prep: 'RESIZE',
    resize_migrating: 'RESIZE',
    resize_migrated: 'RESIZE',
    resize_finish: 'RESIZE',
  },
  building: { default: 'BUILD' },
  stopped: { default: 'SHUTOFF', resize_prep: 'RESIZE', rebuilding: 'REBUILD' },
  resized: { default: 'VERIFY_RESIZE', resize_reverting: 'REVERT_RESIZE' },
  paused: { default: 'PAUSED', migrating: 'MIGRATING' },
  suspended: { default: 'SUSPENDED' },
  rescued: { default: 'RESCUE' },
  error: { default: 'ERROR', rebuilding: 'REBUILD' },
  deleted: { default: 'DELETED' },
  'soft-delete': { default: 'SOFT_DELETED' },
  shelved: { default: 'SHELVED' },
  shelved_offloaded: { default: 'SHELVED_OFFLOADED' },
}

/** What the API calls the state: `ACTIVE`, `BUILD`, `SHUTOFF`, … */
export function statusOf(vmState: string, taskState: string | null): string {
  const map = statusMap[vmState]
  return (taskState === null ? undefined : map?.[taskState]) ?? map?.['default'] ?? 'UNKNOWN'
}

/** The states that a status of the list filter stands for; `taskStates` undefined: any. Null: there is no such status. */
export function statesOfStatus(
  statuses: readonly string[],
): { vmStates: string[]; taskStates: string[] | undefined } | null {
  const wanted = new Set(statuses.map((status) => status.toUpperCase()))
  const vmStates = new Set<string>()
  const taskStates = new Set<string>()
  for (const [vmState, map] of Object.entries(statusMap)) {
    for (const [taskState, status] of Object.entries(map)) {
      if (!wanted.has(status)) continue
      vmStates.add(vmState)
      taskStates.add(taskState)
    }
  }
  if (vmStates.size === 0) return null
  return { vmStates: [...vmStates].sort(), taskStates: taskStates.has('default') ? undefined : [...taskStates].sort() }
}

/** From which states an action may begin. Absent lists allow every state. */
export type ActionRule = {
  /** As Nova's error calls it: `Cannot 'stop' instance …`. */
  readonly name: string
  readonly vmStates?: readonly string[]
  /** Tasks that may be under way, null for none. Absent: none may; undefined: any. */
  readonly taskStates?: readonly (string | null)[] | undefined
  /** Whether it works on a server that its owner has locked. */
  readonly evenLocked?: true
}

/** The first reason why a server's state forbids an action: which attribute, and its value. */
export function refusal(
  action: ActionRule,
  server: { readonly vm_state: string; readonly task_state: string | null },
): { attribute: 'vm_state' | 'task_state'; state: string | null } | null {
  if (action.vmStates && !action.vmStates.includes(server.vm_state))
    return { attribute: 'vm_state', state: server.vm_state }
  const taskStates = 'taskStates' in action ? action.taskStates : [null]
  if (!taskStates) return null
  return taskStates.includes(server.task_state) ? null : { attribute: 'task_state', state: server.task_state }
}

/** Nova's numbers for what a hypervisor says. */
export const powerStates = { none: 0, running: 1, paused: 3, shutdown: 4, crashed: 6, suspended: 7 } as const

/** `instance-0000000a`. */
export const instanceName = (number: number): string => `instance-${number.toString(16).padStart(8, '0')}`

/** A tap's name: `tap` and the first 11 characters of the port's id, as every OpenStack names them. */
export const tapName = (portId: string): string => `tap${portId.slice(0, 11)}`

/** A host name out of a server's name, as Nova makes it: ASCII, no blanks, at most 63 characters. */
export function hostnameOf(name: string, id: string): string {
  const cleaned = name
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/[ _]/g, '-')
    .replace(/[^\w.-]+/g, '')
    .replaceAll('.', '-')
    .toLowerCase()
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 63)
    .replace(/[.-]+$/g, '')
  return cleaned === '' ? `server-${id}` : cleaned
}

type NetworkItem = { readonly port?: string | null; readonly uuid?: string; readonly fixed_ip?: string }

/** What no network service need be asked for. Source: nova/api/openstack/compute/servers.py, nova/network/neutron.py. */
export function checkNetworks(networks: readonly NetworkItem[], maxCount: number): void {
  const ports = new Set<string>()
  for (const { port, uuid, fixed_ip: fixedIp } of networks) {
    if (port) {
      if (ports.has(port)) {
        throw badRequest(`Port ID '${port}' was specified twice: you cannot attach a port multiple times.`)
      }
      if (fixedIp !== undefined) {
        const both = `Specified Fixed IP '${fixedIp}' cannot be used with port '${port}'`
        throw badRequest(`${both}: the two cannot be specified together.`)
      }
      ports.add(port)
      continue
    }
    if (uuid === undefined) throw badRequest("Bad network format: missing 'uuid'")
    if (!isUuid(uuid)) throw badRequest(`Bad networks format: network uuid is not in proper format (${uuid})`)
    if (fixedIp !== undefined && maxCount > 1) {
      throw badRequest('Failed to launch instances: max_count cannot be greater than 1 if an fixed_ip is specified.')
    }
  }
}

/** An address in its one canonical form (RFC 5952), or null where none is given. */
export const canonicalIp = (text: string | undefined): string | null => (text ? ipaddr.parse(text).toString() : null)
