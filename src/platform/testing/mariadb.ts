// Vitest's global set-up of the `mariadb` project: one private server on a unix socket for the whole run.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import type { TestProject } from 'vitest/node'

/** Gives the tests of a run the URL of a MariaDB that is theirs alone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { socket, stop } = await startMariadb()
  project.provide('mariadb', `mysql://root@localhost/mysql?socketPath=${encodeURIComponent(socket)}`)
  return stop
}

/** Starts MariaDB in a directory of its own, on a unix socket; user root, no password. */
export async function startMariadb(): Promise<{ readonly socket: string; readonly stop: () => Promise<void> }> {
  const root = mkdtempSync(join(tmpdir(), 'haneul-mariadb-'))
  const user = userInfo().username
  const data = join(root, 'data')
  const socket = join(root, 'sql.sock')
  execFileSync(
    'mariadb-install-db',
    [`--user=${user}`, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    {
      stdio: 'ignore',
    },
  )
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
      `--user=${user}`,
      `--datadir=${data}`,
      `--socket=${socket}`,
      '--skip-networking',
      '--skip-name-resolve',
      `--pid-file=${join(root, 'pid')}`,
      '--innodb-flush-log-at-trx-commit=2',
      '--innodb-buffer-pool-size=64M',
    ],
    { stdio: 'ignore' },
  )
  for (let tries = 0; ; tries += 1) {
    try {
      const connection = await createConnection({ socketPath: socket, user: 'root' })
      await connection.end()
      break
    } catch (error) {
      if (tries === 200 || server.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  return {
    socket,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      rmSync(root, { recursive: true, force: true })
    },
  }
}
