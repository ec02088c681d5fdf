// A real OpenLDAP server of the machine's packages, on loopback, with what a test puts into it.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './keystone.ts'

export const suffix = 'dc=example,dc=org'
export const reader = { dn: `cn=reader,${suffix}`, password: 'may read' }

export type Slapd = {
  readonly url: string
  /** Changes entries, as LDIF says. */
  readonly modify: (ldif: string) => void
  readonly stop: () => Promise<void>
  /** Stops it, and keeps its data. */
  readonly halt: () => Promise<void>
  /** Starts it again on the same port. */
  readonly start: () => Promise<void>
}

/** @param ldif entries below the suffix, which is there */
export async function startSlapd(ldif: string): Promise<Slapd> {
  const root = mkdtempSync(join(tmpdir(), 'haneul-slapd-'))
  const port = await freePort()
  const url = `ldap://127.0.0.1:${port}`
  const config = join(root, 'slapd.conf')
  mkdirSync(join(root, 'data'))
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`)
  writeFileSync(
    config,
    [
      ...schemas,
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `pidfile ${root}/pid`,
      'sizelimit 5',
      'database mdb',
      `directory ${root}/data`,
      `suffix ${suffix}`,
      `rootdn ${reader.dn}`,
      `rootpw "${reader.password}"`,
      // Nobody reads without a name, and everybody may log in.
      'access to attrs=userPassword by anonymous auth by * none',
      'access to * by users read by anonymous auth',
      '',
    ].join('\n'),
  )
  const top = `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n`
  writeFileSync(join(root, 'all.ldif'), top + ldif)
  execFileSync('slapadd', ['-f', config, '-l', join(root, 'all.ldif')], { stdio: 'pipe' })
  let server: ReturnType<typeof spawn> | undefined
  const start = async (): Promise<void> => {
    const started = spawn('slapd', ['-h', url, '-f', config, '-d', '0'], { stdio: 'ignore' })
    server = started
    for (let tries = 0; !(await answers(port)); tries += 1) {
      if (tries === 100 || started.exitCode !== null) throw new Error('slapd did not start')
      await sleep(50)
    }
  }
  const stop = async (): Promise<void> => {
    const running = server
    if (!running || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGTERM')
    await ended
  }
  await start()
  return {
    url,
    modify: (changes) => {
      const argv = ['-x', '-H', url, '-D', reader.dn, '-w', reader.password]
      execFileSync('ldapmodify', argv, { input: changes, stdio: 'pipe' })
    },
    start,
    stop: async () => {
      await stop()
      rmSync(root, { recursive: true, force: true })
    },
    halt: stop,
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
