import path from 'node:path'

/** Where a cloud keeps its things; every path hangs on one directory. */
export interface StatePaths {
  readonly directory: string
  /** Settings; written on the first start, the operator's afterwards. */
  readonly config: string
  readonly adminPassword: string
  readonly openrc: string
  readonly clouds: string
  /** Pid files and sockets. */
  readonly run: string
  /** One file a process. */
  readonly log: string
  readonly images: string
  readonly instances: string
  readonly ovs: string
  readonly ovn: string
  readonly libvirt: string
}

export const rootStateDirectory = '/var/lib/haneul'

/** The state directory of a user who names none. */
export function defaultStateDirectory(uid: number, home: string): string {
  return uid === 0 ? rootStateDirectory : path.join(home, '.local/share/haneul')
}

export function statePaths(directory: string): StatePaths {
  const at = (name: string): string => path.join(directory, name)
  return {
    directory,
    config: at('config.yaml'),
    adminPassword: at('admin-password'),
    openrc: at('admin-openrc'),
    clouds: at('clouds.yaml'),
    run: at('run'),
    log: at('log'),
    images: at('images'),
    instances: at('instances'),
    ovs: at('ovs'),
    ovn: at('ovn'),
    libvirt: at('libvirt'),
  }
}
