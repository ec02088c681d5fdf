// Lays out the guest's root file system in a directory: programs and their libraries out of packages, our files over them.
import { chmod, copyFile, cp, mkdir, readFile, readdir, realpath, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../../src/lib/exec/run.ts'
import { neededLibraries } from './elf.ts'
import { type KernelModule, modulesAlias, modulesDep } from './kernel-modules.ts'

const programs = [
  'usr/sbin/dropbear',
  'usr/bin/dropbearkey',
  'usr/bin/dbclient',
  'usr/bin/sudo',
  'bin/lsblk',
  'sbin/blkid',
  'sbin/mke2fs',
  'sbin/e2fsck',
  'sbin/resize2fs',
  'sbin/tune2fs',
]

/** Loaded by sudo at run time, so no program names them. */
const plugins = [
  'usr/libexec/sudo/sudoers.so',
  'usr/libexec/sudo/libsudo_util.so.0',
  'lib/x86_64-linux-gnu/security/pam_permit.so',
]

const directories = [
  'dev',
  'proc',
  'sys',
  'run',
  'tmp',
  'mnt',
  'root',
  'home/cirros',
  'var/lib/cloud',
  'var/log',
  'etc/dropbear',
]

/** Applets of busybox that would stand in the way of the real program, or make no sense in a guest. */
const unwantedApplets = new Set(['busybox', 'dpkg', 'dpkg-deb', 'rpm', 'rpm2cpio', 'ar'])

const libraryDirectory = 'lib/x86_64-linux-gnu'

/** Builds the tree in `root` from packages unpacked in `unpacked` and our own files. */
export async function layRootTree(
  root: string,
  unpacked: string,
  ownFiles: string,
  modules: readonly KernelModule[],
  kernelVersion: string,
): Promise<void> {
  for (const directory of ['bin', 'sbin', 'usr/bin', 'usr/sbin', libraryDirectory, 'lib64', ...directories]) {
    await mkdir(path.join(root, directory), { recursive: true })
  }
  for (const file of [...programs, ...plugins]) await install(await packaged(unpacked, file), path.join(root, file))
  await installLibraries(root, unpacked)
  await copyFile(await packaged(unpacked, 'etc/mke2fs.conf'), path.join(root, 'etc/mke2fs.conf'))
  await installBusybox(root, unpacked)
  for (const kind of ['ext2', 'ext3', 'ext4']) {
    await symlink('mke2fs', path.join(root, `sbin/mkfs.${kind}`))
    await symlink('e2fsck', path.join(root, `sbin/fsck.${kind}`))
  }
  // A login by SSH has no sbin in its path.
  for (const name of await readdir(path.join(root, 'sbin'))) await link(`../sbin/${name}`, path.join(root, 'bin', name))
  for (const name of ['init', 'poweroff', 'reboot', 'halt', 'getty', 'udhcpc', 'ip', 'ifconfig', 'route', 'modprobe']) {
    await link('../bin/busybox', path.join(root, 'sbin', name))
  }
  await cp(ownFiles, root, { recursive: true })
  await link('/proc/mounts', path.join(root, 'etc/mtab'))
  await link('../run/resolv.conf', path.join(root, 'etc/resolv.conf'))
  await link('../run', path.join(root, 'var/run'))
  // Debian's busybox has no applet "init", but as process 1 under this name it is init.
  await symlink('bin/busybox', path.join(root, 'linuxrc'))
  await installModules(path.join(root, 'lib/modules', kernelVersion), modules)
  await setModes(root)
}

async function installLibraries(root: string, unpacked: string): Promise<void> {
  const installed = new Set<string>()
  const follow = async (file: string): Promise<void> => {
    for (const name of neededLibraries(await readFile(file))) {
      if (installed.has(name)) continue
      installed.add(name)
      // sudo finds its own library beside its plugin.
      if (plugins.some((plugin) => path.basename(plugin) === name)) continue
      const library = await packaged(unpacked, `${libraryDirectory}/${name}`)
      await install(library, path.join(root, libraryDirectory, name), 0o644)
      await follow(library)
    }
  }
  for (const file of [...programs, ...plugins]) await follow(path.join(root, file))
  const loader = 'ld-linux-x86-64.so.2'
  await install(await packaged(unpacked, `${libraryDirectory}/${loader}`), path.join(root, 'lib64', loader))
}

async function installBusybox(root: string, unpacked: string): Promise<void> {
  const busybox = path.join(root, 'bin/busybox')
  await install(await packaged(unpacked, 'bin/busybox'), busybox)
  const { stdout } = await run([busybox, '--list'])
  const real = new Set(programs.map((program) => path.basename(program)))
  for (const applet of stdout.trim().split('\n')) {
    if (!unwantedApplets.has(applet) && !real.has(applet)) await link('busybox', path.join(root, 'bin', applet))
  }
}

async function installModules(directory: string, modules: readonly KernelModule[]): Promise<void> {
  for (const module of modules) {
    const file = path.join(directory, module.path)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, module.content)
  }
  await writeFile(path.join(directory, 'modules.dep'), modulesDep(modules))
  await writeFile(path.join(directory, 'modules.alias'), modulesAlias(modules))
}

async function setModes(root: string): Promise<void> {
  const modes: Record<string, number> = {
    'etc/shadow': 0o640,
    'etc/sudoers': 0o440,
    tmp: 0o1777,
    root: 0o700,
    'usr/bin/sudo': 0o4755,
    // busybox gives root up itself in every applet but the few that need it, such as ping.
    'bin/busybox': 0o4755,
  }
  for (const directory of ['etc/init.d', 'etc/acpi/PWRF', 'sbin']) {
    for (const entry of await readdir(path.join(root, directory), { withFileTypes: true })) {
      if (entry.isFile()) modes[path.join(directory, entry.name)] = 0o755
    }
  }
  modes['usr/bin/curl'] = 0o755
  for (const [file, mode] of Object.entries(modes)) await chmod(path.join(root, file), mode)
}

/** The real file of a path in packages, which may keep it below / or below /usr. */
async function packaged(unpacked: string, file: string): Promise<string> {
  for (const place of [file, path.join('usr', file), file.replace(/^usr\//, '')]) {
    const found = await realpath(path.join(unpacked, place)).catch(() => undefined)
    if (found !== undefined) return found
  }
  throw new Error(`no package brings ${file}`)
}

async function install(source: string, target: string, mode = 0o755): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true })
  await copyFile(source, target)
  await chmod(target, mode)
}

/** A symbolic link, unless something is there already. */
async function link(to: string, at: string): Promise<void> {
  await symlink(to, at).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}
