// Debian and Ubuntu packages. Nothing installed here may start a daemon of the machine's own: a cloud runs its own,
// in its own directories, and a second libvirtd or ovs-vswitchd beside them would only be in the way.
import { access, chmod, rename, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { run } from '#lib/exec/run.ts'
import { CommandError, type Terminal } from '../terminal.ts'

/** What a real cloud on one machine needs. */
export const hostPackages = [
  'qemu-system-x86',
  'qemu-utils',
  'seabios',
  'ipxe-qemu',
  'libvirt-daemon-system',
  'libvirt-clients',
  'openvswitch-switch',
  'ovn-central',
  'ovn-host',
  'haproxy',
  'iproute2',
  'ethtool',
  'kmod',
  'nftables',
  'xorriso',
  'xz-utils',
  'lhasa',
] as const

/** The package of each program that is run by hand once the cloud is up. */
const clients: Readonly<Record<string, string>> = { openstack: 'python3-openstackclient', ssh: 'openssh-client' }

/** Packages of the clients that this machine has not got, from Debian or (by pip, say) from elsewhere. */
export async function missingClients(search = process.env['PATH'] ?? ''): Promise<string[]> {
  const folders = search.split(delimiter).filter((folder) => folder !== '')
  const isThere = async (program: string): Promise<boolean> =>
    (await Promise.all(folders.map((folder) => exists(join(folder, program))))).includes(true)
  const known = await Promise.all(
    Object.entries(clients).map(async ([program, name]) => ((await isThere(program)) ? [] : [name])),
  )
  return known.flat()
}

/** What the guest image builder needs beside apt-get itself. */
export const imagePackages = ['qemu-utils', 'e2fsprogs'] as const

/** What the tests run beside the cloud: the engines it can grow onto, and the real clients. */
export const testPackages = [
  ...hostPackages,
  ...imagePackages,
  'mariadb-server',
  'rabbitmq-server',
  'memcached',
  'ceph-mon',
  'ceph-mgr',
  'ceph-osd',
  'ceph-common',
  'radosgw',
  'slapd',
  'ldap-utils',
  'xmlsec1',
  'python3-lxml',
  'python3-keystone',
  'python3-pymysql',
  'placement-api',
  'python3-openstackclient',
  'python3-glanceclient',
  'python3-osc-placement',
  'python3-requests-mock',
  'golang-go',
  'golang-github-gophercloud-gophercloud-dev',
  'tempest',
  'keystone-tempest-plugin',
  'openssh-client',
  'openssl',
  'curl',
  'iputils-ping',
] as const

/** Units that their packages would start at the next boot. */
const units: Readonly<Record<string, readonly string[]>> = {
  'openvswitch-switch': ['openvswitch-switch.service'],
  'ovn-central': ['ovn-central.service'],
  'ovn-host': ['ovn-host.service'],
  'libvirt-daemon-system': [
    'libvirtd.service',
    'libvirtd.socket',
    'libvirtd-ro.socket',
    'libvirtd-admin.socket',
    'virtlogd.socket',
    'virtlockd.socket',
    'libvirt-guests.service',
  ],
  haproxy: ['haproxy.service'],
  'mariadb-server': ['mariadb.service'],
  'placement-api': ['placement-api.service'],
  'rabbitmq-server': ['rabbitmq-server.service'],
  memcached: ['memcached.service'],
  'ceph-mon': ['ceph-mon.target'],
  'ceph-mgr': ['ceph-mgr.target'],
  'ceph-osd': ['ceph-osd.target'],
  radosgw: ['ceph-radosgw.target'],
  slapd: ['slapd.service'],
}

/** Those of `names` that are not installed. */
export async function missingPackages(names: readonly string[]): Promise<string[]> {
  const format = '${db:Status-Status} ${Package}\n'
  const { stdout } = await run(['dpkg-query', '-W', '-f', format, ...names], { acceptCodes: [0, 1] })
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  )
  return names.filter((name) => !installed.has(name))
}

/** Installs what is missing after saying what it is; with nobody at the terminal, or `yes`, it does not ask. */
export async function ensurePackages(names: readonly string[], yes: boolean, terminal: Terminal): Promise<void> {
  const missing = await missingPackages(names).catch(() => {
    throw new CommandError(terminal.text.packagesNoApt(names.join(' ')))
  })
  if (missing.length === 0) return
  terminal.note(terminal.text.packagesMissing(missing.join(' ')))
  if (process.getuid?.() !== 0) throw new CommandError(terminal.text.needsRoot)
  if (!yes && !(await terminal.confirm(terminal.text.packagesAsk))) {
    throw new CommandError(terminal.text.packagesRefused)
  }
  await terminal.step(terminal.text.packagesInstall, async () => {
    await withoutDaemons(async () => {
      await aptGet(['update', '-q'])
      await aptGet([
        'install',
        '-y',
        '-q',
        '--no-install-recommends',
        '-o',
        'Dpkg::Options::=--force-confold',
        ...missing,
      ])
    })
    await disableUnits(missing)
  })
}

async function aptGet(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const code = await new Promise<number | null>((resolve, reject) => {
    // Standard output is the command's own answer: apt's chatter goes to standard error.
    const child = spawn('apt-get', args, { env, stdio: ['ignore', 2, 2] })
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new CommandError(`apt-get ${args[0]}: ${code}`)
}

const policy = '/usr/sbin/policy-rc.d'
const savedPolicy = '/usr/sbin/policy-rc.d.before-haneul'

/** Denies package scripts the start of daemons while `work` runs (policy-rc.d, Debian's own means), then restores what was. */
async function withoutDaemons(work: () => Promise<void>): Promise<void> {
  // A saved one means that an earlier run was killed half-way: it is the machine's, ours is the other.
  if (!(await exists(savedPolicy)) && (await exists(policy))) await rename(policy, savedPolicy)
  await writeFile(policy, '#!/bin/sh\nexit 101\n')
  await chmod(policy, 0o755)
  try {
    await work()
  } finally {
    await rm(policy, { force: true })
    if (await exists(savedPolicy)) await rename(savedPolicy, policy)
  }
}

async function disableUnits(installed: readonly string[]): Promise<void> {
  if (!(await exists('/run/systemd/system'))) return
  const names = installed.flatMap((name) => units[name] ?? [])
  if (names.length > 0) await run(['systemctl', 'disable', ...names], { acceptCodes: [0, 1, 5] })
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
