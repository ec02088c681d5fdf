import { createSocket } from 'node:dgram'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import { CommandError, type Terminal } from '../terminal.ts'
import { type HostConfig, readHostConfig, writeFirstConfig } from './config-file.ts'
import { generatePassword, writeCredentials } from './credentials.ts'
import type { StatePaths } from './paths.ts'

export interface FirstStart {
  readonly simulated: boolean
  readonly address: string | undefined
  readonly adminPassword: string | undefined
}

/** The kernel takes socket paths of 107 bytes; the longest of ours below the state directory has 27. */
const longestDirectory = 80

/** Makes the state directory, or completes one a crash left half made; never changes what the operator may have edited. */
export async function prepareState(paths: StatePaths, first: FirstStart, terminal: Terminal): Promise<HostConfig> {
  if (first.address !== undefined && isIP(first.address) === 0) {
    throw new CommandError(terminal.text.badAddress(first.address), 2)
  }
  if (Buffer.byteLength(paths.directory) > longestDirectory) {
    throw new CommandError(terminal.text.longState(paths.directory, longestDirectory))
  }
  await mkdir(paths.directory, { recursive: true })
  // QEMU runs as another user and has to pass through to its disks; what is secret is closed file by file.
  await chmod(paths.directory, 0o711)
  for (const directory of [paths.run, paths.log, paths.images, paths.instances]) {
    await mkdir(directory, { recursive: true })
    await chmod(directory, directory === paths.log ? 0o750 : 0o711)
  }
  const known = await readHostConfig(paths, terminal)
  if (known === undefined) {
    const address = first.address ?? (first.simulated ? '127.0.0.1' : await globalAddress())
    await writeFirstConfig(paths, address, first.simulated)
  } else {
    if (first.simulated && !known.simulated) {
      throw new CommandError(terminal.text.otherMode(paths.directory, 'libvirt'))
    }
    if (first.address !== undefined && first.address !== known.address) {
      terminal.note(terminal.text.addressKept(known.address, paths.config))
    }
  }
  if (await exists(paths.adminPassword)) {
    if (first.adminPassword !== undefined && known !== undefined) terminal.note(terminal.text.passwordKept)
  } else {
    const password = first.adminPassword ?? generatePassword()
    await writeFile(paths.adminPassword, `${password}\n`, { mode: 0o600, flag: 'wx' })
  }
  const config = known ?? (await readHostConfig(paths, terminal))
  if (config === undefined) throw new CommandError(terminal.text.notUp(paths.directory))
  await writeCredentials(paths, config.address, config.region)
  return config
}

/** Throws when the user that guests run as could not reach their disks. */
export async function assertReachable(paths: StatePaths, terminal: Terminal): Promise<void> {
  let directory = path.dirname(paths.directory)
  for (;;) {
    if (((await stat(directory)).mode & 0o001) === 0) throw new CommandError(terminal.text.unreachableState(directory))
    const parent = path.dirname(directory)
    if (parent === directory) return
    directory = parent
  }
}

/** The address this machine talks to others with. Connecting a datagram socket picks the route and sends nothing. */
async function globalAddress(): Promise<string> {
  const socket = createSocket('udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(9, '192.0.2.1', resolve)
    })
    const { address } = socket.address()
    return address === '0.0.0.0' ? '127.0.0.1' : address
  } catch {
    return '127.0.0.1'
  } finally {
    socket.close()
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
