// What the tests of other projects' clients expect of a cloud: what DevStack makes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cloud } from './cloud.ts'
import { createOpenStack, words } from './openstack.ts'

const password = 'secret'
/** The image that there is. */
export const image = 'cirros-0.5.2-x86_64-disk'

/** Name, MiB, GiB and processors. */
const flavors = [
  ['m1.tiny', 512, 1, 1],
  ['m1.small', 2048, 20, 1],
  ['m1.medium', 4096, 40, 2],
  ['m1.large', 8192, 80, 4],
  ['m1.xlarge', 16_384, 160, 8],
  ['cirros256', 256, 1, 1],
  ['ds512M', 512, 5, 1],
  ['ds1G', 1024, 10, 1],
  ['ds2G', 2048, 10, 2],
  ['ds4G', 4096, 20, 4],
] as const

/** Makes projects, users, networks, flavors and an image, and writes WORK/clouds.yaml for them. */
export async function makeDevstack(cloud: Cloud, work: string): Promise<void> {
  const { show, text } = createOpenStack(cloud)
  for (const name of ['demo', 'alt_demo']) {
    await show(...words(`project create ${name}`))
    await show(...words(`user create --password ${password} ${name}`))
    await text(...words(`role add --user ${name} --project ${name} member`))
  }
  await text(...words('role add --user admin --project demo admin'))
  await show(
    ...words('network create --external --provider-network-type flat --provider-physical-network extnet public'),
  )
  await show(...words('subnet create --network public --subnet-range 172.24.4.0/24 --no-dhcp public-subnet'))
  for (const what of [
    'network create private',
    'subnet create --network private --subnet-range 10.1.0.0/24 private-subnet',
  ]) {
    await show(...words(`--os-project-name demo ${what}`))
  }
  for (const [name, ram, disk, vcpus] of flavors) {
    await show(...words(`flavor create --ram ${ram} --disk ${disk} --vcpus ${vcpus} ${name}`))
  }
  const file = join(work, 'disk.img')
  writeFileSync(file, Buffer.alloc(1 << 20, 'a disk'))
  await show(...words(`image create --disk-format raw --container-format bare --public --file ${file} ${image}`))
  writeFileSync(join(work, 'clouds.yaml'), cloudsYaml(cloud), { mode: 0o600 })
}

const cloudsYaml = ({ env }: Cloud): string => {
  const entry = (user: string, secret: string, scope: object) => ({
    auth: {
      auth_url: env['OS_AUTH_URL'],
      username: user,
      password: secret,
      user_domain_id: 'default',
      ...scope,
    },
    region_name: 'RegionOne',
    identity_api_version: '3',
  })
  const ofProject = (user: string, secret: string, project: string) =>
    entry(user, secret, { project_name: project, project_domain_id: 'default' })
  const admin = env['OS_PASSWORD'] ?? ''
  // JSON is YAML.
  return JSON.stringify({
    clouds: {
      devstack: ofProject('demo', password, 'demo'),
      'devstack-alt': ofProject('alt_demo', password, 'alt_demo'),
      'devstack-admin': ofProject('admin', admin, 'admin'),
      'devstack-system-admin': entry('admin', admin, { system_scope: 'all' }),
    },
    functional: { image_name: image },
  })
}
