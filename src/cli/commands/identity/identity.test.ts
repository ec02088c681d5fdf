import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFernetKeyText } from '#lib/fernet/fernet.ts'
import { messagesFor } from '../../messages.ts'
import { CommandError, type Terminal } from '../../terminal.ts'
import { identity } from './identity.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'haneul-cli-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Runs a command and gives its exit code and all it wrote. */
async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const lines: string[] = []
  const terminal: Terminal = {
    text: messagesFor(env),
    env,
    say: (line) => void lines.push(line),
    note: (line) => void lines.push(line),
    step: (_label, work) => work(),
    confirm: () => Promise.resolve(true),
  }
  try {
    const code = await identity([...argv, '--state', join(root, 'state')], terminal)
    return { code, output: lines.join('\n') }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return { code: error.exitCode, output: error.message }
  }
}

describe('haneul identity', () => {
  it('makes an administrator and changes its password; the same again changes nothing', async () => {
    const password = { OS_BOOTSTRAP_PASSWORD: 'one' }
    expect(await run(['bootstrap'], password)).toEqual({ code: 0, output: 'User admin was made.' })
    expect((await run(['bootstrap'], password)).output).toMatch(/already/)
    expect((await run(['bootstrap', '--bootstrap-password', 'two'])).output).toMatch(/new password/)
    expect(readFileSync(join(root, 'state/admin-password'), 'utf8')).toBe('two\n')
    const korean = await run(['bootstrap', '--bootstrap-password', 'two'], { LANG: 'ko_KR.UTF-8' })
    expect(korean.output).toMatch(/이미/)
    expect((await run(['bootstrap'])).code).toBe(1)
  })

  it('rotates token keys and takes over those of a Keystone', async () => {
    expect((await run(['fernet-rotate'])).output).toMatch(/3 now/)
    const keys = join(root, 'keys')
    mkdirSync(keys)
    expect((await run(['import', '--fernet-keys', keys])).output).toMatch(/no key/)
    for (const name of ['0', '1', 'README']) writeFileSync(join(keys, name), createFernetKeyText())
    expect((await run(['import', '--fernet-keys', keys])).output).toMatch(/^2 token keys/)
    expect((await run(['import', '--fernet-keys', keys])).output).toMatch(/^0 token keys/)
    writeFileSync(join(keys, '2'), 'short')
    expect((await run(['import', '--fernet-keys', keys])).output).toMatch(/no key of Keystone/)
  })

  it('rotates the key of credentials', async () => {
    expect((await run(['credential-rotate'])).output).toMatch(/new key for credentials; 0 were/)
    expect((await run(['credential-rotate', 'now'])).code).toBe(2)
  })

  it('forgets mappings of directories', async () => {
    expect((await run(['mapping-purge', '--all'])).output).toBe('0 mappings were forgotten.')
    expect((await run(['mapping-purge', '--domain-name', 'none'])).output).toMatch(/no domain none/)
    for (const wrong of [[], ['--all', '--type', 'user'], ['--type', 'role']]) {
      expect((await run(['mapping-purge', ...wrong])).code).toBe(2)
    }
  })

  it('says in words what cannot be read', async () => {
    expect((await run(['import'])).code).toBe(2)
    expect((await run(['import', join(root, 'none.sql')])).output).toMatch(/none.sql cannot be read: ENOENT/)
    writeFileSync(join(root, 'other.sql'), 'CREATE TABLE `t` (\n  `x` int\n);INSERT INTO `t` VALUES (1);\n')
    expect((await run(['import', join(root, 'other.sql')])).output).toMatch(/not exactly one Keystone database/)
    const url = 'mysql+pymysql://root:hidden@127.0.0.1:1/keystone'
    const away = await run(['import'], { KEYSTONE_DATABASE: url })
    expect(away.output).toMatch(/cannot be read/)
    expect(away.output).not.toContain('hidden')
    expect((await run(['unknown'])).code).toBe(2)
    expect((await run(['import', 'a', 'b'])).code).toBe(2)
  })
})
