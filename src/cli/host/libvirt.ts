// Our own libvirtd and virtlogd. libvirt's directories are fixed when it is compiled, so each daemon runs in a private
// mount namespace in which those directories are ours; a libvirt of the machine's own is never seen or touched.
import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '#lib/exec/run.ts'
import { socketAnswers } from '#lib/exec/socket.ts'
import { kvmWorks } from '#lib/kvm/probe.ts'
import { libvirtRunFile, libvirtUri } from '../../agent/host-engines.ts'
import type { Daemon } from '../processes/daemon.ts'
import { runningProcess } from '../processes/pid-file.ts'
import { currentBootId } from '#lib/exec/processes.ts'
import { rootStateDirectory, type StatePaths } from '../state/paths.ts'

const standardRun = '/run/libvirt'

/** What takes seconds to find out and depends on the machine alone is kept for all its clouds: QEMU's capabilities, KVM. */
const sharedCache = '/var/cache/haneul'

const daemonSettings = `# Only root talks to this libvirtd.
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
`

// Where KVM is no good libvirt must not see it: it would offer it, and where QEMU's user may not open /dev/kvm but the
// probe may, it would probe anew for every guest, for seconds. So a file nobody may open covers the device. The private
// /dev that libvirt gives each guest cannot be made from a /dev with such a cover, and is done without there.
const settingsWithoutKvm = 'namespaces = []\n'

/** virtlogd, then libvirtd; directories and configuration are made on the way. */
export async function libvirtDaemons(paths: StatePaths): Promise<[Daemon, Daemon]> {
  const runDirectory = await chooseRunDirectory(paths)
  const own = (name: string): string => path.join(paths.libvirt, name)
  await mkdir(paths.libvirt, { recursive: true, mode: 0o711 })
  const directories: [own: string, standard: string][] = [
    [own('etc'), '/etc/libvirt'],
    [own('lib'), '/var/lib/libvirt'],
    [own('log'), '/var/log/libvirt'],
    [path.join(sharedCache, 'libvirt'), '/var/cache/libvirt'],
  ]
  if (runDirectory !== standardRun) directories.push([runDirectory, standardRun])
  for (const directory of [runDirectory, ...directories.flat()])
    await mkdir(directory, { recursive: true, mode: 0o711 })
  const mounts: string[] = directories.flat()
  const hideKvm = (await exists('/dev/kvm')) && !(await kvmWorksCached())
  if (hideKvm) {
    await writeFile(own('no-kvm'), '', { mode: 0o600 })
    mounts.push(own('no-kvm'), '/dev/kvm')
  }
  await writeFile(path.join(own('etc'), 'libvirtd.conf'), daemonSettings)
  await writeFile(path.join(own('etc'), 'qemu.conf'), hideKvm ? settingsWithoutKvm : '')
  const inNamespace = (name: string, program: string): [string, ...string[]] => [
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
    // Its usual one is locked by the first daemon of the machine.
    '--pid-file',
    own(`${name}.pid`),
  ]
  const daemon = (name: string, program: string, socket: string): Daemon => ({
    name,
    argv: inNamespace(name, program),
    ready: () => socketAnswers(path.join(runDirectory, socket)),
  })
  return [
    daemon('virtlogd', '/usr/sbin/virtlogd', 'virtlogd-sock'),
    daemon('libvirtd', '/usr/sbin/libvirtd', 'libvirt-sock'),
  ]
}

/** The standard directory for the machine's one cloud, so that plain `virsh` finds it, unless another libvirt is there. */
async function chooseRunDirectory(paths: StatePaths): Promise<string> {
  if ((await runningProcess(paths.run, 'libvirtd')) !== undefined)
    return (await readFile(libvirtRunFile(paths.directory), 'utf8')).trim()
  const own = path.join(paths.libvirt, 'run')
  const taken = await Promise.all(
    ['libvirt-sock', 'virtlogd-sock'].map((name) => socketAnswers(path.join(standardRun, name))),
  )
  const ours = (await runningProcess(paths.run, 'virtlogd')) !== undefined
  const chosen = paths.directory === rootStateDirectory && (ours || !taken.includes(true)) ? standardRun : own
  await mkdir(paths.libvirt, { recursive: true, mode: 0o711 })
  await writeFile(libvirtRunFile(paths.directory), `${chosen}\n`)
  return chosen
}

/** The answer of the KVM probe, kept until the next boot or another QEMU. */
async function kvmWorksCached(): Promise<boolean> {
  const file = path.join(sharedCache, 'kvm')
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
  const { stdout } = await run(['virsh', '-c', libvirtUri(paths.directory), 'list', '--name'])
  return stdout.split('\n').filter((name) => name !== '')
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
