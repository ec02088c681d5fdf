import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { CommandError, type Terminal } from '../terminal.ts'
import { type HostConfig, readHostConfig, writeFirstConfig } from './config-file.ts'
import { generatePassword, writeCredentials } from './credentials.ts'
import type { StatePaths } from './paths.ts'

export interface FirstStart {
  readonly simulated: boolean
  readonly address: string | undefined
  readonly adminPassword: string | undefined
}

/** Makes the state directory, or completes one a crash left half made; never changes what the operator may have edited. */
export async function prepareState(paths: StatePaths, first: FirstStart, terminal: Terminal): Promise<HostConfig> {
  if (first.address !== undefined && isIP(first.address) === 0) {
    throw new CommandError(terminal.text.badAddress(first.address), 2)
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
    await writeFirstConfig(paths, first.address ?? (first.simulated ? '127.0.0.1' : globalAddress()), first.simulated)
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

/** The first address of this machine that others can reach. */
function globalAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((address) => !address.internal && address.family === 'IPv4')
    if (found !== undefined) return found.address
  }
  return '127.0.0.1'
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
