// Our own OVN: two databases, northd and this machine's controller, all in the state directory.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { run } from '#lib/exec/run.ts'
import { socketAnswers } from '#lib/exec/socket.ts'
import { type Daemon, logFile } from '../processes/daemon.ts'
import type { StatePaths } from '../state/paths.ts'
import { ovsEnvironment } from './open-vswitch.ts'
import { prepareDatabase } from './ovsdb-file.ts'

interface Database {
  readonly name: 'ovn-nb' | 'ovn-sb'
  readonly file: string
  readonly socket: string
  readonly schema: string
  readonly remotes: string
}

const databases: readonly Database[] = [
  {
    name: 'ovn-nb',
    file: 'ovnnb.db',
    socket: 'ovnnb_db.sock',
    schema: '/usr/share/ovn/ovn-nb.ovsschema',
    remotes: 'db:OVN_Northbound,NB_Global,connections',
  },
  {
    name: 'ovn-sb',
    file: 'ovnsb.db',
    socket: 'ovnsb_db.sock',
    schema: '/usr/share/ovn/ovn-sb.ovsschema',
    remotes: 'db:OVN_Southbound,SB_Global,connections',
  },
]

/** Both databases and northd. `running` names those whose files are in use already and must not be touched. */
export async function ovnCentralDaemons(paths: StatePaths, running: ReadonlySet<string>): Promise<Daemon[]> {
  await mkdir(paths.ovn, { recursive: true, mode: 0o750 })
  const env = ovsEnvironment(paths)
  const daemons: Daemon[] = []
  for (const { name, file, socket, schema, remotes } of databases) {
    const database = path.join(paths.ovn, file)
    if (!running.has(name)) await prepareDatabase(database, schema)
    const address = path.join(paths.ovn, socket)
    daemons.push({
      name,
      argv: [
        'ovsdb-server',
        database,
        `--remote=punix:${address}`,
        `--remote=${remotes}`,
        `--unixctl=${address.replace(/sock$/, 'ctl')}`,
        ...logging(paths, name),
      ],
      env,
      ready: () => socketAnswers(address),
    })
  }
  const control = path.join(paths.ovn, 'ovn-northd.ctl')
  daemons.push({
    name: 'ovn-northd',
    argv: [
      'ovn-northd',
      `--ovnnb-db=unix:${paths.ovn}/ovnnb_db.sock`,
      `--ovnsb-db=unix:${paths.ovn}/ovnsb_db.sock`,
      `--unixctl=${control}`,
      ...logging(paths, 'ovn-northd'),
    ],
    env,
    ready: () => socketAnswers(control),
  })
  return daemons
}

/** This machine's OVN controller; ready once it has registered itself as a chassis. */
export function ovnControllerDaemon(paths: StatePaths): Daemon {
  return {
    name: 'ovn-controller',
    argv: ['ovn-controller', `unix:${paths.ovs}/db.sock`, ...logging(paths, 'ovn-controller')],
    env: ovsEnvironment(paths),
    ready: () => chassisRegistered(paths),
  }
}

async function chassisRegistered(paths: StatePaths): Promise<boolean> {
  const southbound = `--db=unix:${paths.ovn}/ovnsb_db.sock`
  const argv = ['ovn-sbctl', southbound, '--timeout=10', '--bare', '--columns=name', 'list', 'Chassis'] as const
  return run([...argv]).then(
    ({ stdout }) => stdout.trim() !== '',
    () => false,
  )
}

function logging(paths: StatePaths, name: string): string[] {
  return ['-vconsole:off', '-vsyslog:off', `--log-file=${logFile(paths, name)}`]
}
