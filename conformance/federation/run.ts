// Federation with the real client: identity providers, mappings and protocols by its commands, then logins with each of its OpenID Connect plugins.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cloud, startCloud } from '../cloud.ts'
import { createOpenStack, type OpenStack, words } from '../openstack.ts'
import { createChecks, expectThat, type Tally } from '../tally.ts'
import { writeFileSync } from 'node:fs'

const port = 9471
const issuer = `http://127.0.0.1:${port}`
const config = `address: 127.0.0.1
region: RegionOne
hypervisor: simulated
network: simulated
federation:
  oidc:
    - identity_provider: acme
      protocol: openid
      issuer: ${issuer}
      client_id: haneul
      client_secret: secretofthecloud
`
const rules = [
  {
    local: [
      { user: { name: '{0}', email: '{1}' } },
      { groups: '{2}', domain: { name: 'Default' } },
      { projects: [{ name: 'home of {0}', roles: [{ name: 'member' }] }] },
    ],
    remote: [{ type: 'HTTP_OIDC_PREFERRED_USERNAME' }, { type: 'HTTP_OIDC_EMAIL' }, { type: 'OIDC-groups' }],
  },
]

type Check = ReturnType<typeof createChecks>['check']

/** Runs the suite on a simulated cloud of its own. */
export async function runFederation(): Promise<Tally> {
  const checks = createChecks()
  const cloud = await startCloud('simulated', config)
  const provider = cloud.run([process.execPath, join(import.meta.dirname, 'provider.ts'), String(port)], {
    timeoutMs: 600_000,
  })
  try {
    const openstack = createOpenStack(cloud)
    await tryCommands(cloud, openstack, checks.check)
    await waitFor(cloud)
    await tryLogins(cloud, openstack, checks.check)
  } finally {
    await ask(cloud, '/stop')
    await provider
    await cloud.down()
  }
  return checks.tally()
}

const ask = (cloud: Cloud, path: string) =>
  cloud.run([process.execPath, '-e', `fetch('${issuer}${path}').then((answer) => process.exit(answer.ok ? 0 : 1))`])

async function waitFor(cloud: Cloud): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if ((await ask(cloud, '/.well-known/openid-configuration')).code === 0) return
    await sleep(500)
  }
  throw new Error('the OpenID Connect provider did not start')
}

async function tryCommands(cloud: Cloud, { show, list, text, fails }: OpenStack, check: Check): Promise<void> {
  const file = join(cloud.state, 'rules.json')
  writeFileSync(file, JSON.stringify(rules))
  await check('identity provider create, list, show, set', async () => {
    const made = await show(...words(`identity provider create acme --remote-id ${issuer} --description Acme`))
    expectThat(made['id'] === 'acme' && made['enabled'] === true, JSON.stringify(made))
    await text(...words('identity provider set acme --disable'))
    expectThat((await show(...words('identity provider show acme')))['enabled'] === false, 'still enabled')
    await text(...words('identity provider set acme --enable'))
    expectThat((await list(...words('identity provider list'))).length === 1, 'not one provider')
    expectThat((await fails(...words('identity provider create acme'))).includes('HTTP 409'), 'made twice')
  })
  await check('mapping create, list, show, set', async () => {
    const made = await show('mapping', 'create', 'map', '--rules', file)
    expectThat(made['id'] === 'map', JSON.stringify(made))
    await text('mapping', 'set', 'map', '--rules', file)
    expectThat((await list(...words('mapping list'))).length === 1, 'not one mapping')
    const bad = join(cloud.state, 'bad.json')
    writeFileSync(bad, JSON.stringify([{ local: [] }]))
    expectThat((await fails('mapping', 'create', 'bad', '--rules', bad)).includes('HTTP 400'), 'bad rules are taken')
  })
  await check('federation protocol create, list, show, set', async () => {
    const place = words('--identity-provider acme')
    await show(...words('federation protocol create openid --mapping map'), ...place)
    expectThat((await show(...words('federation protocol show openid'), ...place))['mapping'] === 'map', 'no mapping')
    // The client does it, and then trips over its own answer.
    await cloud.run(['openstack', ...words('federation protocol set openid --mapping map'), ...place])
    expectThat((await list(...words('federation protocol list'), ...place)).length === 1, 'not one protocol')
  })
  await check('service provider create, list, set, delete', async () => {
    const urls = words('--auth-url https://other/v3 --service-provider-url https://other/sp')
    await show(...words('service provider create other'), ...urls)
    await text(...words('service provider set other --disable'))
    expectThat((await show(...words('service provider show other')))['enabled'] === false, 'still enabled')
    await text(...words('service provider delete other'))
    expectThat((await list(...words('service provider list'))).length === 0, 'still there')
  })
  await check('a group and a project for those who come', async () => {
    await show(...words('group create developers --domain default'))
    await show(...words('project create shared --domain default'))
    await text(...words('role add --group developers --project shared reader'))
  })
}

async function tryLogins(cloud: Cloud, openstack: OpenStack, check: Check): Promise<void> {
  const run = (env: Readonly<Record<string, string>>, argv: readonly string[]) =>
    cloud.run(['openstack', ...argv, '-f', 'json'], { env: { ...env, ...common } })
  const common = {
    OS_USER_DOMAIN_NAME: '',
    OS_IDENTITY_PROVIDER: 'acme',
    OS_PROTOCOL: 'openid',
    OS_CLIENT_ID: 'haneul',
    OS_CLIENT_SECRET: 'secretofthecloud',
    OS_DISCOVERY_ENDPOINT: `${issuer}/.well-known/openid-configuration`,
    OS_OPENID_SCOPE: 'openid email profile',
  }
  const shared = { OS_PROJECT_NAME: 'shared', OS_PROJECT_DOMAIN_NAME: 'Default' }
  const password = { OS_AUTH_TYPE: 'v3oidcpassword', OS_USERNAME: 'kim', OS_PASSWORD: 'secret' }
  await check('v3oidcpassword: token issue', async () => {
    const { code, stdout, stderr } = await run({ ...password, ...shared }, words('token issue'))
    expectThat(code === 0 && stdout.includes('"project_id"'), stderr)
  })
  await check('v3oidcpassword: a wrong password', async () => {
    const { code } = await run({ ...password, ...shared, OS_PASSWORD: 'wrong' }, words('token issue'))
    expectThat(code !== 0, 'logged in')
  })
  await check('v3oidcpassword: the project of one\u2019s own, and commands in it', async () => {
    const home = { ...password, OS_PROJECT_NAME: 'home of kim' }
    const provider = await openstack.show(...words('identity provider show acme'))
    const domain = { OS_PROJECT_DOMAIN_NAME: '', OS_PROJECT_DOMAIN_ID: String(provider['domain_id']) }
    const { code, stderr } = await run({ ...home, ...domain }, words('network list'))
    expectThat(code === 0, stderr)
  })
  await check('v3oidcclientcredentials: token issue', async () => {
    const credentials = { OS_AUTH_TYPE: 'v3oidcclientcredentials', OS_USERNAME: '', OS_PASSWORD: '', ...shared }
    const { code, stderr } = await run(credentials, words('token issue'))
    expectThat(code === 0, stderr)
  })
  await check('v3oidcaccesstoken: token issue', async () => {
    const script = `fetch('${issuer}/token', { method: 'POST', headers: { authorization: 'Basic ' + btoa('haneul:secretofthecloud') },
      body: new URLSearchParams({ grant_type: 'password', username: 'lee', password: 'secret', scope: 'openid' }) })
      .then((answer) => answer.json()).then(({ access_token }) => console.log(access_token))`
    const { stdout } = await cloud.run([process.execPath, '-e', script])
    const token = { OS_AUTH_TYPE: 'v3oidcaccesstoken', OS_ACCESS_TOKEN: stdout.trim(), ...shared }
    const { code, stderr } = await run(token, words('token issue'))
    expectThat(code === 0, stderr)
    const forged = await run({ ...token, OS_ACCESS_TOKEN: 'forged' }, words('token issue'))
    expectThat(forged.code !== 0 && forged.stderr.includes('HTTP 401'), forged.stderr)
  })
  await check('the users that came are listed, and go with their provider', async () => {
    const provider = await openstack.show(...words('identity provider show acme'))
    const inDomain = ['user', 'list', '--domain', String(provider['domain_id'])]
    const names = (await openstack.list(...inDomain)).map((row) => String(row['Name'])).sort()
    expectThat(names.join() === 'kim,lee,robot', names.join())
    await openstack.text(...words('federation protocol delete openid --identity-provider acme'))
    await openstack.text(...words('identity provider delete acme'))
    await openstack.text(...words('mapping delete map'))
    expectThat((await openstack.list(...inDomain)).length === 0, 'they stay')
  })
}
