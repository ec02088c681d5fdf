import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { words } from '../openstack.ts'
import { expectThat } from '../tally.ts'
import type { Walk } from './walk.ts'

/** What the installation guides have an operator do in identity for each service, and `haneul identity` on a cloud that runs. */
export async function walkOperators({ openstack, check, cloud }: Walk): Promise<void> {
  const issueAs = (env: Readonly<Record<string, string>>) => cloud.run(['openstack', 'token', 'issue'], { env })

  await check('a service user with the role admin in the project service', async () => {
    await openstack.show(...words('user create --domain default --password secret glance'))
    await openstack.text(...words('role add --project service --user glance admin'))
    const rows = await openstack.list(...words('role assignment list --user glance --project service --names'))
    expectThat(rows.length === 1 && rows[0]?.['Role'] === 'admin', JSON.stringify(rows))
    const login = { OS_USERNAME: 'glance', OS_PASSWORD: 'secret', OS_PROJECT_NAME: 'service' }
    const { code, stderr } = await issueAs(login)
    expectThat(code === 0, stderr)
  })
  await check('a system-wide reader for the limits of glance', async () => {
    await openstack.text(...words('role add --user glance --user-domain Default --system all reader'))
    const rows = await openstack.list(...words('role assignment list --user glance --system all --names'))
    expectThat(rows[0]?.['Role'] === 'reader' && rows[0]['System'] === 'all', JSON.stringify(rows))
    const system = { OS_USERNAME: 'glance', OS_PASSWORD: 'secret', OS_SYSTEM_SCOPE: 'all', OS_PROJECT_NAME: '' }
    const { code, stderr } = await cloud.run(['openstack', 'endpoint', 'list'], {
      env: { ...system, OS_PROJECT_DOMAIN_NAME: '' },
    })
    expectThat(code === 0, stderr)
  })
  await check('three endpoints of a service', async () => {
    await openstack.show(...words('service create --name share --description Shares share'))
    for (const side of ['public', 'internal', 'admin']) {
      await openstack.show(...words(`endpoint create --region RegionOne share ${side} http://controller:8786/v2`))
    }
    const rows = await openstack.list(...words('endpoint list --service share'))
    expectThat(rows.length === 3, JSON.stringify(rows))
    await openstack.text(...words('service delete share'))
  })
  await check('registered limits and limits', async () => {
    const made = words(
      'registered limit create --service glance --default-limit 1000 --region RegionOne image_size_total',
    )
    expectThat((await openstack.show(...made))['default_limit'] === 1000, 'another default')
    const own = words(
      'limit create --service glance --project service --resource-limit 7 --region RegionOne image_size_total',
    )
    const { id } = await openstack.show(...own)
    await openstack.text('limit', 'delete', String(id))
    const [row] = await openstack.list('registered', 'limit', 'list')
    await openstack.text('registered', 'limit', 'delete', String(row?.['ID']))
  })
  await check('haneul identity fernet-rotate on a cloud that runs', async () => {
    const before = String((await openstack.show('token', 'issue'))['id'])
    const { code, stdout, stderr } = await cloud.haneul(['identity', 'fernet-rotate', '--state', cloud.state])
    expectThat(code === 0, stdout + stderr)
    await openstack.text('token', 'revoke', before)
  })
  await check('haneul identity bootstrap gives a user a password at once', async () => {
    const argv = ['identity', 'bootstrap', '--bootstrap-username', 'rescue', '--bootstrap-password', 'first', '--state']
    const made = await cloud.haneul([...argv, cloud.state])
    expectThat(made.code === 0, made.stdout + made.stderr)
    const { code, stderr } = await issueAs({ OS_USERNAME: 'rescue', OS_PASSWORD: 'first' })
    expectThat(code === 0, stderr)
    await openstack.text('user', 'delete', 'rescue')
  })
  await check('audit events of all that', () => {
    const file = join(cloud.state, 'log/identity-audit.jsonl')
    const text = readFileSync(file, 'utf8')
    for (const event of ['identity.user.created', 'identity.role_assignment.created', 'identity.authenticate'])
      expectThat(text.includes(`"event_type":"${event}"`), `no ${event}`)
    expectThat(!text.includes('secret'), 'a password is in it')
    expectThat((statSync(file).mode & 0o077) === 0, 'others can read it')
    return Promise.resolve()
  })
}
