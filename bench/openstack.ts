// The real thing on this machine: Debian's Keystone, Glance and Placement with MariaDB and memcached, as their guides set them up, on ports
// of their own. Machines of one kind differ by a factor of three: a ratio is only worth something where both were measured on one.
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { startMariadb } from '../src/platform/testing/mariadb.ts'
import type { BenchCloud } from './cloud.ts'
import { must, send } from './load.ts'
import { inventory } from './phases/placement.ts'

const first = 24_000 + (process.pid % 2000) * 4
const ports = { identity: first, image: first + 1, placement: first + 2 }
const cachePort = first + 3
const password = randomBytes(12).toString('hex')

type Process = { readonly pid: number; readonly stop: () => void }

/** Starts all of it, with an admin, the catalog and one resource provider. @throws where a program is missing (python3-keystone, glance-api, placement-api, memcached, mariadb-server) or does not come up */
export async function startOpenStack(): Promise<BenchCloud> {
  const state = mkdtempSync(join(tmpdir(), 'openstack-bench-'))
  const database = await startMariadb()
  const processes: Process[] = []
  const run = (name: string, program: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const log = openSync(join(state, `${name}.log`), 'a')
    const child = spawn(program, argv, { cwd: state, env: { ...process.env, ...env }, stdio: ['ignore', log, log] })
    child.on('error', () => undefined)
    processes.push({ pid: child.pid ?? 0, stop: () => child.kill() })
  }
  const stop = async () => {
    for (const process of processes) process.stop()
    await database.stop()
  }
  try {
    await writeConfigs(state, database.socket)
    run('memcached', 'memcached', ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(cachePort)])
    const environment = prepare(state)
    run('keystone', 'uwsgi', wsgi(ports.identity, '/usr/bin/keystone-wsgi-public'), environment)
    run('placement', 'uwsgi', wsgi(ports.placement, '/usr/bin/placement-api'), environment)
    run('glance', 'glance-api', ['--config-file', join(state, 'glance.conf')])
    for (const port of Object.values(ports)) await answers(port)
    const url = (type: string): string => {
      const [, port] = Object.entries(ports).find(([name]) => name === type) ?? []
      if (port === undefined) throw new Error(`${type} is not compared`)
      return `http://127.0.0.1:${port}`
    }
    const { token, projectId } = await fill(url)
    const roots = [...processes.map(({ pid }) => pid), Number(readFileSync(join(database.socket, '..', 'pid'), 'utf8'))]
    const pids = withChildren(roots)
    const down = async () => {
      await stop()
      rmSync(state, { recursive: true, force: true })
    }
    return { pids, inspectorPort: 0, state, token, projectId, url, loginBody, down }
  } catch (error) {
    await stop()
    throw new Error(`OpenStack did not start: see ${state}`, { cause: error })
  }
}

/** Four processes of one thread: more than two cores can use. With more threads the first requests of a process get in each other's way. */
const wsgi = (port: number, program: string): string[] =>
  [
    `--master --plugins python3 --http-socket 127.0.0.1:${port} --wsgi-file ${program} --buffer-size 65535`,
    '--processes 4 --enable-threads --lazy-apps --thunder-lock --die-on-term',
  ]
    .join(' ')
    .split(' ')
    .concat('--add-header', 'Connection: close')

async function writeConfigs(state: string, socket: string): Promise<void> {
  const connection = await createConnection({ socketPath: socket, user: 'root' })
  for (const name of ['keystone', 'glance', 'placement']) await connection.query(`create database ${name}`)
  await connection.end()
  for (const name of ['fernet', 'credential', 'images', 'placement']) mkdirSync(join(state, name))
  const sql = (name: string) => `connection = mysql+pymysql://root@localhost/${name}?unix_socket=${socket}`
  const asks = (user: string) =>
    `[keystone_authtoken]\nwww_authenticate_uri = http://127.0.0.1:${ports.identity}\nauth_url = http://127.0.0.1:${ports.identity}/v3\nmemcached_servers = 127.0.0.1:${cachePort}\nauth_type = password\nproject_domain_name = Default\nuser_domain_name = Default\nproject_name = admin\nusername = ${user}\npassword = ${password}\n`
  writeFileSync(
    join(state, 'keystone.conf'),
    `[database]\n${sql('keystone')}\n[token]\nprovider = fernet\n[fernet_tokens]\nkey_repository = ${state}/fernet\n[credential]\nkey_repository = ${state}/credential\n[cache]\nenabled = true\nbackend = dogpile.cache.memcached\nmemcache_servers = 127.0.0.1:${cachePort}\n`,
  )
  writeFileSync(
    join(state, 'placement', 'placement.conf'),
    `[api]\nauth_strategy = keystone\n[placement_database]\n${sql('placement')}\n${asks('admin')}`,
  )
  writeFileSync(
    join(state, 'glance.conf'),
    `[DEFAULT]\nbind_host = 127.0.0.1\nbind_port = ${ports.image}\nworkers = 2\n[database]\n${sql('glance')}\n[paste_deploy]\nflavor = keystone\nconfig_file = /etc/glance/glance-api-paste.ini\n[glance_store]\nstores = file\ndefault_store = file\nfilesystem_store_datadir = ${state}/images\n${asks('admin')}`,
  )
}

/** Schemas, keys and the admin. @returns the environment that points at the configuration */
function prepare(state: string): Record<string, string> {
  const manage = (program: string, config: string, ...argv: string[]) =>
    execFileSync(program, ['--config-file', join(state, config), ...argv], { stdio: 'ignore' })
  const me = ['--keystone-user', 'root', '--keystone-group', 'root']
  manage('keystone-manage', 'keystone.conf', 'db_sync')
  manage('keystone-manage', 'keystone.conf', 'fernet_setup', ...me)
  manage('keystone-manage', 'keystone.conf', 'credential_setup', ...me)
  const urls = ['admin', 'public', 'internal'].flatMap((name) => [
    `--bootstrap-${name}-url`,
    `http://127.0.0.1:${ports.identity}/v3`,
  ])
  const admin = ['--bootstrap-password', password, '--bootstrap-region-id', 'RegionOne']
  manage('keystone-manage', 'keystone.conf', 'bootstrap', ...admin, ...urls)
  manage('glance-manage', 'glance.conf', 'db_sync')
  manage('placement-manage', 'placement/placement.conf', 'db', 'sync')
  return {
    OS_KEYSTONE_CONFIG_FILES: join(state, 'keystone.conf'),
    OS_KEYSTONE_CONFIG_DIR: state,
    OS_PLACEMENT_CONFIG_DIR: join(state, 'placement'),
  }
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    const answer = await send('GET', `http://127.0.0.1:${port}/`).catch(() => undefined)
    if (answer !== undefined && answer.status < 500) return
    await sleep(500)
  }
  throw new Error(`nothing answers on port ${port}`)
}

const loginBody = {
  auth: {
    identity: { methods: ['password'], password: { user: { name: 'admin', domain: { id: 'default' }, password } } },
    scope: { project: { name: 'admin', domain: { id: 'default' } } },
  },
}

/** Logs in and makes the one host that a fresh cloud of ours has as well. */
async function fill(url: (type: string) => string): Promise<{ readonly token: string; readonly projectId: string }> {
  const login = await must('POST', `${url('identity')}/v3/auth/tokens`, { body: loginBody })
  const token = String(login.headers['x-subject-token'])
  const { token: body }: { token: { project: { id: string } } } = JSON.parse(login.text)
  const headers = { 'openstack-api-version': 'placement 1.36' }
  const hosts = `${url('placement')}/resource_providers`
  const made = await must('POST', hosts, { token, headers, body: { name: 'host' } })
  const { uuid }: { uuid: string } = JSON.parse(made.text)
  const inventories = {
    VCPU: inventory(2000, 0, 4),
    MEMORY_MB: inventory(2_000_000, 0, 1),
    DISK_GB: inventory(200_000, 0, 1),
  }
  await must('PUT', `${hosts}/${uuid}/inventories`, {
    token,
    headers,
    body: { resource_provider_generation: 0, inventories },
  })
  return { token, projectId: body.project.id }
}

/** The processes and all that they have started. */
function withChildren(roots: readonly number[]): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
          return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const]
        } catch {
          return []
        }
      }),
  )
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (roots.includes(pid) || isOurs(parents.get(pid)))
  return [...parents.keys()].filter(isOurs)
}
