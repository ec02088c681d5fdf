// A Ceph of one monitor, one manager, one OSD on a file and one gateway, on loopback, for the tests of the stores that need it.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A running Ceph. */
export type TestCeph = {
  readonly conf: string
  readonly pool: string
  readonly gateway: URL
  readonly accessKey: string
  readonly secretKey: string
  /** Runs `rbd` in the pool and gives what it wrote. */
  readonly rbd: (...args: readonly string[]) => Promise<string>
  /** Ends the OSD at once; nothing can be read or written from then on. */
  readonly killOsd: () => Promise<void>
  readonly stop: () => Promise<void>
}

const KEYS = { accessKey: 'testaccess', secretKey: 'testsecret' }
const PATIENCE_MS = 60_000

/** Starts Ceph with a pool `images` and a gateway user; 10 s on a quiet machine. */
export async function startCeph(): Promise<TestCeph> {
  const root = mkdtempSync(join(tmpdir(), 'haneul-ceph-'))
  const [monitor, gateway] = [await freePort(), await freePort()]
  const conf = join(root, 'ceph.conf')
  const fsid = randomUUID()
  for (const name of ['mon', 'mgr', 'osd', 'run']) mkdirSync(join(root, name))
  writeFileSync(conf, confOf(root, fsid, monitor))
  const ceph = (program: string, ...args: readonly string[]) =>
    run(program, ['-c', conf, ...args], { timeout: PATIENCE_MS })
  const daemons: ChildProcess[] = []
  const start = (program: string, ...args: readonly string[]): ChildProcess => {
    const child = spawn(program, ['-f', '-c', conf, '--pid-file', '', ...args], { stdio: 'ignore' })
    daemons.push(child)
    return child
  }
  const stop = async (): Promise<void> => {
    for (const child of daemons.toReversed()) await end(child)
    rmSync(root, { recursive: true, force: true })
  }
  try {
    const map = join(root, 'monmap')
    await run('monmaptool', ['--create', '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, '--fsid', fsid, map])
    await ceph('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map)
    start('ceph-mon', '-i', 'a')
    start('ceph-mgr', '-i', 'x')
    const osdId = randomUUID()
    await Promise.all([
      ceph('ceph', 'osd', 'new', osdId, '0'),
      ceph('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osdId),
    ])
    const osd = start('ceph-osd', '-i', '0')
    await ceph('ceph', 'osd', 'pool', 'create', 'images', '1')
    start('radosgw', '--id', 'admin', '--rgw-frontends', `beast endpoint=127.0.0.1:${gateway}`)
    const user = ['user', 'create', '--uid', 'images', '--display-name', 'images']
    await Promise.all([
      ceph('rbd', 'pool', 'init', 'images'),
      ceph('radosgw-admin', ...user, '--access-key', KEYS.accessKey, '--secret-key', KEYS.secretKey),
    ])
    const url = new URL(`http://127.0.0.1:${gateway}`)
    await untilAnswers(url)
    return {
      conf,
      pool: 'images',
      gateway: url,
      ...KEYS,
      rbd: async (...args) => (await ceph('rbd', '--pool', 'images', ...args)).stdout,
      killOsd: () => end(osd),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

async function untilAnswers(url: URL): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      await fetch(url)
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

// Without keys only the mode "crc" works, which the gateway must be told. One shard of everything: each costs an object at the start.
const confOf = (root: string, fsid: string, port: number): string => `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${port}/0
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd class load list = *
osd objectstore = bluestore
bluestore block size = 4294967296
osd memory target = 939524096
bluestore cache size = 134217728
bluestore cache autotune = false
mon allow pool size one = true
mon warn on pool no redundancy = false
mon data avail crit = 1
mon data avail warn = 2
mgr initial modules =
rbd default features = 61
log file = ${root}/$name.log
run dir = ${root}/run
admin socket = ${root}/run/$name.asok
mon data = ${root}/mon
mgr data = ${root}/mgr
osd data = ${root}/osd
rgw data log num shards = 1
rgw md log max shards = 1
rgw gc max objs = 1
rgw lc max objs = 1
rgw num control oids = 1
rgw reshard num logs = 1
rgw objexp hints num shards = 1
rgw run sync thread = false
rgw dynamic resharding = false
rgw enable quota threads = false
[client]
log file =
admin socket =
`
