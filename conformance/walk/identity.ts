import { expectThat } from '../tally.ts'
import type { Walk } from './walk.ts'

/** Tokens, catalog, and the projects, users, roles, services and endpoints of the guides. */
export async function walkIdentity({ openstack, check, cloud }: Walk): Promise<void> {
  await check('token issue', async () => {
    const token = await openstack.show('token', 'issue')
    expectThat(String(token['id']).startsWith('gAAAA'), `not a Fernet token: ${String(token['id'])}`)
    expectThat(
      'project_id' in token && 'user_id' in token && 'expires' in token,
      `fields are missing: ${Object.keys(token).join()}`,
    )
  })
  await check('a wrong password is refused without a hint', async () => {
    const { code, stderr } = await cloud.run(['openstack', 'token', 'issue'], { env: { OS_PASSWORD: 'wrong' } })
    expectThat(code !== 0 && stderr.includes('The request you have made requires authentication. (HTTP 401)'), stderr)
  })
  await check('catalog list', async () => {
    const names = (await openstack.list('catalog', 'list')).map((row) => String(row['Name']))
    for (const name of ['keystone', 'glance', 'placement', 'nova', 'neutron'])
      expectThat(names.includes(name), `${name} is not in ${names.join()}`)
  })
  await check('endpoint list', async () => {
    const rows = await openstack.list('endpoint', 'list')
    expectThat(rows.length >= 15, `${rows.length} endpoints`)
    const [row = {}] = rows
    expectThat(
      Object.keys(row).join() === 'ID,Region,Service Name,Service Type,Enabled,Interface,URL',
      Object.keys(row).join(),
    )
  })
  await check('project create', async () => {
    const project = await openstack.show(
      'project',
      'create',
      '--domain',
      'default',
      '--description',
      'Service Project',
      'service2',
    )
    expectThat(
      project['name'] === 'service2' && project['description'] === 'Service Project' && project['enabled'] === true,
      JSON.stringify(project),
    )
    await openstack.show('project', 'create', '--domain', 'default', '--description', 'Demo Project', 'myproject')
  })
  await check('a project that exists', async () => {
    const complaint = await openstack.fails('project', 'create', '--domain', 'default', 'myproject')
    expectThat(complaint.includes('HTTP 409'), complaint)
  })
  await check('user create', async () => {
    const user = await openstack.show('user', 'create', '--domain', 'default', '--password', 'abc123', 'myuser')
    expectThat(
      user['name'] === 'myuser' && user['domain_id'] === 'default' && user['password_expires_at'] === null,
      JSON.stringify(user),
    )
  })
  await check('role create, role add', async () => {
    await openstack.show('role', 'create', 'myrole')
    await openstack.text('role', 'add', '--project', 'myproject', '--user', 'myuser', 'myrole')
    const rows = await openstack.list('role', 'assignment', 'list', '--user', 'myuser', '--names')
    expectThat(
      rows.some((row) => row['Role'] === 'myrole' && row['Project'] === 'myproject@Default'),
      JSON.stringify(rows),
    )
  })
  await check('token issue as the new user', async () => {
    const { code, stderr } = await cloud.run(['openstack', 'token', 'issue'], {
      env: { OS_USERNAME: 'myuser', OS_PASSWORD: 'abc123', OS_PROJECT_NAME: 'myproject' },
    })
    expectThat(code === 0, stderr)
  })
  await check('service create, endpoint create', async () => {
    const service = await openstack.show(
      'service',
      'create',
      '--name',
      'glance2',
      '--description',
      'OpenStack Image',
      'image',
    )
    expectThat(service['type'] === 'image' && service['enabled'] === true, JSON.stringify(service))
    const endpoint = await openstack.show(
      'endpoint',
      'create',
      '--region',
      'RegionOne',
      'glance2',
      'public',
      'http://controller:9292',
    )
    expectThat(
      endpoint['interface'] === 'public' && endpoint['url'] === 'http://controller:9292',
      JSON.stringify(endpoint),
    )
    // A second image service would make the type ambiguous for what follows, as it does on any OpenStack.
    await openstack.text('service', 'delete', 'glance2')
  })
}
