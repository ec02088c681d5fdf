import { access } from 'node:fs/promises'
import path from 'node:path'

/** Files of guests below `STATE/instances`, named as nova-compute names them. */
export interface GuestPlaces {
  readonly directory: string
  readonly disk: string
  readonly configDrive: string
  readonly ephemeral: string
  readonly swap: string
  readonly consoleLog: string
}

/** @param id the server's id, which must be a UUID: it becomes the name of a directory */
export function guestPlaces(instances: string, id: string): GuestPlaces {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Error(`not a UUID: ${id}`)
  const directory = path.join(instances, id)
  return {
    directory,
    disk: path.join(directory, 'disk'),
    configDrive: path.join(directory, 'disk.config'),
    ephemeral: path.join(directory, 'disk.eph0'),
    swap: path.join(directory, 'disk.swap'),
    consoleLog: path.join(directory, 'console.log'),
  }
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
