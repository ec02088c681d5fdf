// Our own libvirtd and virtlogd. libvirt's directories are fixed when it is compiled, so each daemon runs in a private
// mount namespace in which those directories are ours; a libvirt of the machine's own is never seen or touched.
import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '#lib/exec/run.ts'
import { socketAnswers } from '#lib/exec/socket.ts'
import { kvmWorks } from '#lib/kvm/probe.ts'
import type { Daemon } from '../processes/daemon.ts'
import { runningProcess } from '../processes/pid-file.ts'
import { currentBootId } from '../processes/proc.ts'
import { rootStateDirectory, type StatePaths } from '../state/paths.ts'

const standardRun = '/run/libvirt'

/** QEMU's capabilities take seconds to probe and depend on the machine alone: all clouds of a machine share what was found. */
const sharedCache = '/var/cache/haneul/libvirt'

const settings = `# Only root talks to this libvirtd.
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
`

/** Where our libvirtd keeps its sockets. */
export async function libvirtRunDirectory(paths: StatePaths): Promise<string> {
  const chosen = await readFile(path.join(paths.libvirt, 'run-directory'), 'utf8').catch(() => undefined)
  return chosen?.trim() ?? path.join(paths.libvirt, 'run')
}

/** The connection URI of our libvirtd. */
export async function libvirtUri(paths: StatePaths): Promise<string> {
  return `qemu:///system?socket=${await libvirtRunDirectory(paths)}/libvirt-sock`
}

/** virtlogd, then libvirtd; directories and configuration are made on the way. */
export async function libvirtDaemons(paths: StatePaths): Promise<[Daemon, Daemon]> {
  const runDirectory = await chooseRunDirectory(paths)
  const own = (name: string): string => path.join(paths.libvirt, name)
  for (const directory of [paths.libvirt, own('lib'), own('etc'), own('log'), runDirectory, sharedCache]) {
    await mkdir(directory, { recursive: true, mode: 0o711 })
  }
  await writeFile(path.join(own('etc'), 'libvirtd.conf'), settings)
  const mounts = [own('etc'), '/etc/libvirt', own('lib'), '/var/lib/libvirt', own('log'), '/var/log/libvirt']
  mounts.push(sharedCache, '/var/cache/libvirt')
  if (runDirectory !== standardRun) mounts.push(runDirectory, standardRun)
  // Where KVM is no good libvirt must not see it: it would offer it, and spend seconds on finding out.
  if ((await exists('/dev/kvm')) && !(await kvmWorksCached(paths))) mounts.push('/dev/null', '/dev/kvm')
  // A mount needs its target.
  for (let i = 1; i < mounts.length; i += 2) {
    const target = mounts[i]
    if (target !== undefined && target !== '/dev/kvm') await mkdir(target, { recursive: true })
  }
  const inNamespace = (program: string): [string, ...string[]] => [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    '--',
    process.execPath,
    process.argv[1] ?? '',
    'with-mounts',
    ...mounts,
    '--',
    program,
  ]
  const daemon = (name: string, program: string, socket: string): Daemon => ({
    name,
    argv: inNamespace(program),
    ready: () => socketAnswers(path.join(runDirectory, socket)),
  })
  return [
    daemon('virtlogd', '/usr/sbin/virtlogd', 'virtlogd-sock'),
    daemon('libvirtd', '/usr/sbin/libvirtd', 'libvirt-sock'),
  ]
}

/** The standard directory for the machine's one cloud, so that plain `virsh` finds it, unless another libvirt is there. */
async function chooseRunDirectory(paths: StatePaths): Promise<string> {
  if ((await runningProcess(paths.run, 'libvirtd')) !== undefined) return libvirtRunDirectory(paths)
  const own = path.join(paths.libvirt, 'run')
  const taken = await Promise.all(
    ['libvirt-sock', 'virtlogd-sock'].map((name) => socketAnswers(path.join(standardRun, name))),
  )
  const ours = (await runningProcess(paths.run, 'virtlogd')) !== undefined
  const chosen = paths.directory === rootStateDirectory && (ours || !taken.includes(true)) ? standardRun : own
  await mkdir(paths.libvirt, { recursive: true, mode: 0o711 })
  await writeFile(path.join(paths.libvirt, 'run-directory'), `${chosen}\n`)
  return chosen
}

/** The answer of the KVM probe, kept until the next boot or another QEMU. */
async function kvmWorksCached(paths: StatePaths): Promise<boolean> {
  const file = path.join(paths.libvirt, 'kvm')
  const { mtimeMs } = await stat('/usr/bin/qemu-system-x86_64')
  const key = `${await currentBootId()} ${mtimeMs}`
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known === `${key} yes\n` || known === `${key} no\n`) return known.endsWith(' yes\n')
  const works = await kvmWorks()
  await writeFile(file, `${key} ${works ? 'yes' : 'no'}\n`)
  return works
}

/** The names of running guests. */
export async function runningGuests(paths: StatePaths): Promise<string[]> {
  const { stdout } = await run(['virsh', '-c', await libvirtUri(paths), 'list', '--name'])
  return stdout.split('\n').filter((name) => name !== '')
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
