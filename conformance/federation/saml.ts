// SAML with the real client: users of one cloud in another (Keystone to Keystone), and logins with the plugin that carries SAML itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cloud, startBeside, startCloud } from '../cloud.ts'
import { createOpenStack, words } from '../openstack.ts'
import { createChecks, expectThat, type Tally, until } from '../tally.ts'

const [one, two] = ['http://127.0.0.1:5000', 'http://127.0.0.2:5000']
const port = 9472
const idp = `http://127.0.0.1:${port}/idp`
const simulated = 'region: RegionOne\nhypervisor: simulated\nnetwork: simulated\n'

/** Runs the suite on two simulated clouds of its own. */
export async function runSaml(): Promise<Tally> {
  const checks = createChecks()
  const folder = mkdtempSync(join(tmpdir(), 'haneul-saml-'))
  const home = await startCloud('simulated', `${simulated}address: 127.0.0.1\nlisten: 127.0.0.1\n`)
  let provider: Promise<unknown> = Promise.resolve()
  let cloud: Cloud | undefined
  try {
    const [key, certificate, metadata] = ['idp.key', 'idp.crt', 'one.xml'].map((name) => join(folder, name))
    const argv = words('openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp')
    await home.run([...argv, '-keyout', String(key), '-out', String(certificate)])
    writeFileSync(String(metadata), await get(home, `${one}/v3/OS-FEDERATION/saml2/metadata`))
    const program = [process.execPath, join(import.meta.dirname, 'saml-provider.ts')]
    provider = home.run([...program, String(port), String(key), String(certificate)], { timeoutMs: 600_000 })
    cloud = await startBeside(home, '127.0.0.2', configOf(String(metadata), readFileSync(String(certificate), 'utf8')))
    await prepare(home, cloud)
    await tryUsersOfAnotherCloud(home, checks.check)
    await tryPasswords(home, cloud, checks.check)
  } finally {
    await get(home, `http://127.0.0.1:${port}/stop`)
    await provider
    await cloud?.down()
    await home.down()
    rmSync(folder, { recursive: true, force: true })
  }
  return checks.tally()
}

const get = async (cloud: Cloud, url: string): Promise<string> => {
  const script = `fetch('${url}').then((answer) => answer.text()).then((text) => process.stdout.write(text))`
  return (await cloud.run([process.execPath, '-e', script])).stdout
}

const configOf = (metadata: string, certificate: string): string => `${simulated}address: 127.0.0.2
listen: 127.0.0.2
metrics_port: 0
federation:
  saml:
    identity_providers:
      - identity_provider: one
        protocol: saml2
        entity_id: ${one}/v3/OS-FEDERATION/saml2/idp
        metadata: ${metadata}
        unsolicited: true
      - identity_provider: idp
        protocol: saml2
        entity_id: ${idp}
        certificates: [${JSON.stringify(certificate)}]
`

/** The clouds get to know each other. */
async function prepare(home: Cloud, cloud: Cloud): Promise<void> {
  const { show, text } = createOpenStack(cloud)
  const urls = ['--service-provider-url', `${two}/Shibboleth.sso/SAML2/ECP`]
  const auth = `${two}/v3/OS-FEDERATION/identity_providers/one/protocols/saml2/auth`
  await createOpenStack(home).show('service', 'provider', 'create', 'two', '--auth-url', auth, ...urls)
  await show(...words('group create guests --domain default'))
  await show(...words('project create shared --domain default'))
  await text(...words('role add --group guests --project shared member'))
  for (const [name, remote, attribute] of [
    ['one', `${one}/v3/OS-FEDERATION/saml2/idp`, 'openstack_user'],
    ['idp', idp, 'uid'],
  ] as const) {
    const file = join(cloud.state, `${name}.json`)
    const group = { name: 'guests', domain: { name: 'Default' } }
    const rules = [{ local: [{ user: { name: '{0}' } }, { group }], remote: [{ type: attribute }] }]
    writeFileSync(file, JSON.stringify(rules))
    await show('mapping', 'create', name, '--rules', file)
    await show('identity', 'provider', 'create', name, '--remote-id', remote)
    await show(...words(`federation protocol create saml2 --identity-provider ${name} --mapping ${name}`))
  }
}

type Check = ReturnType<typeof createChecks>['check']

async function tryUsersOfAnotherCloud(home: Cloud, check: Check): Promise<void> {
  const there = words(
    '--os-service-provider two --os-remote-project-name shared --os-remote-project-domain-name Default',
  )
  const { show, list, text, fails } = createOpenStack(home)
  await check('K2K: token issue in a project of the other cloud', async () => {
    const token = await show(...there, ...words('token issue'))
    const own = await show(...words('token issue'))
    expectThat(token['project_id'] !== own['project_id'] && token['user_id'] !== own['user_id'], JSON.stringify(token))
  })
  await check('K2K: resources of the other cloud', async () => {
    const made = await show(...there, ...words('network create theirs'))
    expectThat(made['name'] === 'theirs', JSON.stringify(made))
    expectThat(
      (await list(...there, ...words('network list'))).some((row) => row['Name'] === 'theirs'),
      'not there',
    )
    expectThat(!(await list(...words('network list'))).some((row) => row['Name'] === 'theirs'), 'it is here')
    expectThat((await list(...there, ...words('server list'))).length === 0, 'servers')
    await text(...there, ...words('network delete theirs'))
  })
  await check('K2K: a project that is not theirs, and a cloud that is shut', async () => {
    const elsewhere = words(
      '--os-service-provider two --os-remote-project-name admin --os-remote-project-domain-name Default',
    )
    expectThat((await fails(...elsewhere, ...words('token issue'))).includes('401'), 'they get into another project')
    await text(...words('service provider set two --disable'))
    await fails(...there, ...words('token issue'))
    await text(...words('service provider set two --enable'))
    await show(...there, ...words('token issue'))
  })
}

async function tryPasswords(home: Cloud, cloud: Cloud, check: Check): Promise<void> {
  await until('the identity provider', 30, async () => (await get(home, idp)) === 'ready')
  const env = {
    OS_AUTH_TYPE: 'v3samlpassword',
    OS_IDENTITY_PROVIDER: 'idp',
    OS_IDENTITY_PROVIDER_URL: `${idp}/ecp`,
    OS_PROTOCOL: 'saml2',
    OS_USERNAME: 'kim',
    OS_PASSWORD: 'secret',
    OS_USER_DOMAIN_NAME: '',
    OS_PROJECT_NAME: 'shared',
    OS_PROJECT_DOMAIN_NAME: 'Default',
  }
  const run = (more: Readonly<Record<string, string>> = {}) =>
    cloud.run(['openstack', ...words('token issue -f json')], { env: { ...env, ...more } })
  await check('v3samlpassword: token issue', async () => {
    const { code, stdout, stderr } = await run()
    expectThat(code === 0 && stdout.includes('"project_id"'), stderr)
  })
  await check('v3samlpassword: a wrong password', async () => {
    expectThat((await run({ OS_PASSWORD: 'wrong' })).code !== 0, 'logged in')
  })
  await check('the users that came are listed with their providers', async () => {
    const { show, list } = createOpenStack(cloud)
    for (const [name, user] of [
      ['one', 'admin'],
      ['idp', 'kim'],
    ] as const) {
      const provider = await show('identity', 'provider', 'show', name)
      const users = await list('user', 'list', '--domain', String(provider['domain_id']))
      expectThat(users.map((row) => row['Name']).join() === user, JSON.stringify(users))
    }
  })
}
