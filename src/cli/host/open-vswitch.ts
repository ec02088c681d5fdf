// Our own Open vSwitch: database, sockets and logs in the state directory, so that several can live on one machine.
import { access, mkdir, readlink } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '#lib/exec/run.ts'
import { socketAnswers } from '#lib/exec/socket.ts'
import { type Daemon, logFile } from '../processes/daemon.ts'
import { runningProcess } from '../processes/pid-file.ts'
import { findProcesses, isRunning } from '#lib/exec/processes.ts'
import type { HostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import { prepareDatabase } from './ovsdb-file.ts'

/** `system` is the kernel's datapath, `netdev` the one in user space for kernels without it. */
export type Datapath = 'system' | 'netdev'

/** The address of this machine on the external network, and that network's gateway. */
const externalAddress = '172.24.4.1/24'
export const externalNetwork = '172.24.4.0/24'

const schema = '/usr/share/openvswitch/vswitch.ovsschema'

export function ovsEnvironment(paths: StatePaths): Record<string, string> {
  return { OVS_RUNDIR: paths.ovs, OVS_LOGDIR: paths.log, OVS_DBDIR: paths.ovs, OVN_RUNDIR: paths.ovn }
}

function database(paths: StatePaths): string {
  return `unix:${paths.ovs}/db.sock`
}

/** Runs ovs-vsctl on our database; its output. */
async function ovsVsctl(paths: StatePaths, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(['ovs-vsctl', `--db=${database(paths)}`, '--timeout=30', ...args])
  return stdout.trim()
}

/** The datapath this kernel can do. */
export async function detectDatapath(): Promise<Datapath> {
  const module = '/sys/module/openvswitch'
  if (!(await exists(module))) await run(['modprobe', '--quiet', 'openvswitch']).catch(() => undefined)
  return (await exists(module)) ? 'system' : 'netdev'
}

/** A switch in our network namespace that is not ours: on the kernel's datapath the two would undo each other's work. */
export async function otherSwitch(): Promise<number | undefined> {
  const here = await readlink('/proc/self/ns/net')
  const switches = await findProcesses(([program]) => /(^|\/)ovs-vswitchd$/.test(program ?? ''))
  for (const { pid } of switches) {
    if ((await readlink(`/proc/${pid}/ns/net`).catch(() => '')) === here) return pid
  }
  return undefined
}

/** The database server and the switch. `running` names daemons whose files are in use and must not be touched. */
export async function openVSwitchDaemons(paths: StatePaths, running: ReadonlySet<string>): Promise<[Daemon, Daemon]> {
  await mkdir(paths.ovs, { recursive: true, mode: 0o750 })
  const file = path.join(paths.ovs, 'conf.db')
  if (!running.has('ovsdb-server')) await prepareDatabase(file, schema)
  const env = ovsEnvironment(paths)
  const quiet = (name: string): string[] => ['-vconsole:off', '-vsyslog:off', `--log-file=${logFile(paths, name)}`]
  const server: Daemon = {
    name: 'ovsdb-server',
    argv: [
      'ovsdb-server',
      file,
      `--remote=punix:${paths.ovs}/db.sock`,
      '--remote=db:Open_vSwitch,Open_vSwitch,manager_options',
      `--unixctl=${paths.ovs}/ovsdb-server.ctl`,
      ...quiet('ovsdb-server'),
    ],
    env,
    ready: () => socketAnswers(path.join(paths.ovs, 'db.sock')),
  }
  const control = path.join(paths.ovs, 'ovs-vswitchd.ctl')
  const vswitchd: Daemon = {
    name: 'ovs-vswitchd',
    argv: ['ovs-vswitchd', database(paths), `--unixctl=${control}`, ...quiet('ovs-vswitchd')],
    env,
    ready: () => socketAnswers(control),
  }
  return [server, vswitchd]
}

/** Settings the switch and ovn-controller read from the database; asked for before either starts. */
export async function configureChassis(paths: StatePaths, config: HostConfig, datapath: Datapath): Promise<void> {
  await ovsVsctl(paths, '--no-wait', 'init')
  const known = await ovsVsctl(paths, '--if-exists', 'get', 'Open_vSwitch', '.', 'external_ids:system-id')
  const mappings = Object.entries(config.bridgeMappings).map(([network, bridge]) => `${network}:${bridge}`)
  const settings = {
    'system-id': known === '' ? randomUUID() : known.replaceAll('"', ''),
    hostname: hostname(),
    'ovn-remote': `unix:${paths.ovn}/ovnsb_db.sock`,
    'ovn-encap-type': 'geneve',
    'ovn-encap-ip': config.address,
    'ovn-bridge': 'br-int',
    'ovn-bridge-datapath-type': datapath,
    'ovn-bridge-mappings': mappings.join(','),
    'ovn-cms-options': 'enable-chassis-as-gw',
  }
  // Values are JSON strings to ovs-vsctl: quoting keeps its own syntax out of them.
  const assignments = Object.entries(settings).map(([key, value]) => `external_ids:${key}=${JSON.stringify(value)}`)
  await ovsVsctl(paths, '--no-wait', 'set', 'Open_vSwitch', '.', ...assignments)
}

/** br-int for the guests, and a bridge for each external network, the first of which this machine joins. */
export async function configureBridges(paths: StatePaths, config: HostConfig, datapath: Datapath): Promise<void> {
  const external = [...new Set(Object.values(config.bridgeMappings))]
  const add = (bridge: string): string[] => ['--', '--may-exist', 'add-br', bridge, '--', 'set', 'bridge', bridge]
  await ovsVsctl(
    paths,
    ...add('br-int'),
    `datapath_type=${datapath}`,
    'fail_mode=secure',
    'other-config:disable-in-band=true',
    ...external.flatMap((bridge) => [...add(bridge), `datapath_type=${datapath}`]),
    // A switch that was just started makes its old bridges anew, and ovs-vsctl waits for it only where something has changed.
    '--',
    'set',
    'Open_vSwitch',
    '.',
    `external_ids:haneul-up=${randomUUID()}`,
  )
  await run(['ip', 'link', 'set', 'lo', 'up'])
  for (const bridge of external) await run(['ip', 'link', 'set', bridge, 'up'])
  const [first] = external
  if (first !== undefined) await run(['ip', 'address', 'replace', externalAddress, 'dev', first])
}

/** Taps in br-int: those the agent plugged for guests. */
async function pluggedTaps(paths: StatePaths): Promise<string[]> {
  const ports = await ovsVsctl(paths, '--', '--if-exists', 'list-ports', 'br-int').catch(() => '')
  return ports.split('\n').filter((port) => /^tap[\w.-]+$/.test(port))
}

/** Takes guests' taps out of br-int and out of the kernel, in whatever network namespace the switch runs. */
export async function removeTaps(paths: StatePaths): Promise<void> {
  const taps = await pluggedTaps(paths)
  if (taps.length === 0) return
  await ovsVsctl(paths, '--no-wait', ...taps.flatMap((tap) => ['--', '--if-exists', 'del-port', 'br-int', tap]))
  const enter = await enterNetwork(paths)
  for (const tap of taps) await run([...enter, 'ip', 'link', 'delete', tap], { acceptCodes: [0, 1] })
}

/** The start of a command line that runs the rest in the network namespace of our switch. */
export async function enterNetwork(paths: StatePaths): Promise<[string, ...string[]]> {
  const vswitchd = await runningProcess(paths.run, 'ovs-vswitchd')
  return ['nsenter', ...(vswitchd === undefined ? [] : [`--net=/proc/${vswitchd.pid}/ns/net`]), '--']
}

/** Has the switch take its bridges and ports out of the kernel and end, which a mere signal would not do. */
export async function exitVswitchd(paths: StatePaths): Promise<void> {
  const vswitchd = await runningProcess(paths.run, 'ovs-vswitchd')
  if (vswitchd === undefined) return
  const control = path.join(paths.ovs, 'ovs-vswitchd.ctl')
  await run(['ovs-appctl', '--timeout=10', '-t', control, 'exit', '--cleanup']).catch(() => undefined)
  const deadline = performance.now() + 5000
  while (performance.now() < deadline && (await isRunning(vswitchd))) await sleep(20)
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
