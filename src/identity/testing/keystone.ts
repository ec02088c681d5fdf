// A real Keystone of the machine's packages, on a MariaDB of its own and loopback only: what it made must be good here.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { createJwsKeyTexts } from '#lib/jws/jws.ts'
import { type Client, createClient } from '#platform/testing/api.ts'
import { startMariadb } from '#platform/testing/mariadb.ts'

export type RealKeystone = {
  readonly call: Client
  /** Socket of its database server; the database is `keystone`. */
  readonly socket: string
  /** Directory with `fernet-keys`, `credential-keys` and `jws-keys`. */
  readonly directory: string
  readonly password: string
  readonly stop: () => Promise<void>
}

/** @param token provider of tokens, `fernet` or `jws` */
export async function startKeystone(token = 'fernet'): Promise<RealKeystone> {
  const mariadb = await startMariadb()
  try {
    return await startOn(mariadb, token)
  } catch (error) {
    await mariadb.stop()
    throw error
  }
}

async function startOn(
  { socket, stop: stopMariadb }: Awaited<ReturnType<typeof startMariadb>>,
  token: string,
): Promise<RealKeystone> {
  const connection = await createConnection({ socketPath: socket, user: 'root' })
  await connection.query('create database keystone character set utf8mb4')
  await connection.end()
  const directory = mkdtempSync(join(tmpdir(), 'haneul-keystone-'))
  const config = join(directory, 'keystone.conf')
  const keys = (name: string) => join(directory, name)
  for (const name of ['fernet-keys', 'credential-keys', 'jws-keys', 'jws-keys/public', 'jws-keys/private'])
    mkdirSync(keys(name), { mode: 0o700 })
  writeFileSync(
    config,
    `[DEFAULT]
use_stderr = true
[database]
connection = mysql+pymysql://root@localhost/keystone?unix_socket=${socket}&charset=utf8mb4
[identity]
password_hash_rounds = 4
[token]
provider = ${token}
[fernet_tokens]
key_repository = ${keys('fernet-keys')}
[fernet_receipts]
key_repository = ${keys('fernet-keys')}
[credential]
key_repository = ${keys('credential-keys')}
[jwt_tokens]
jws_public_key_repository = ${keys('jws-keys')}/public
jws_private_key_repository = ${keys('jws-keys')}/private
`,
  )
  const manage = (...argv: string[]) =>
    execFileSync('/usr/bin/keystone-manage', ['--config-file', config, ...argv], { stdio: 'pipe' })
  const password = 'the old cloud'
  manage('db_sync')
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()
  const owner = ['--keystone-user', userInfo().username, '--keystone-group', group]
  manage('fernet_setup', ...owner)
  manage('credential_setup', ...owner)
  const pair = createJwsKeyTexts()
  writeFileSync(join(keys('jws-keys/private'), 'private.pem'), pair.privatePem)
  writeFileSync(join(keys('jws-keys/public'), 'public.pem'), pair.publicPem)
  manage('bootstrap', '--bootstrap-password', password, '--bootstrap-region-id', 'Old')
  const port = await freePort()
  const server = spawn('/usr/bin/keystone-wsgi-public', ['--port', String(port), '--host', '127.0.0.1'], {
    stdio: 'ignore',
    env: { ...process.env, OS_KEYSTONE_CONFIG_FILES: config },
  })
  const call = createClient(`http://127.0.0.1:${port}`, '')
  for (let tries = 0; ; tries += 1) {
    const answer = await call('GET', '/v3').catch(() => null)
    if (answer?.status === 200) break
    if (tries === 300 || server.exitCode !== null) throw new Error('Keystone did not start')
    await sleep(100)
  }
  return {
    call,
    socket,
    directory,
    password,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      await stopMariadb()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A port of loopback that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
