// tempest.conf for a cloud of ours: looks up or makes what the tests need, and writes the options as an INI file.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cloud } from '../cloud.ts'
import { createOpenStack, type OpenStack } from '../openstack.ts'

type Section = Readonly<Record<string, string | number | boolean>>

const ini = (sections: Readonly<Record<string, Section>>): string =>
  Object.entries(sections)
    .map(
      ([name, options]) =>
        `[${name}]\n${Object.entries(options)
          .map(([key, value]) => `${key} = ${value}\n`)
          .join('')}`,
    )
    .join('\n')

/** Two small images of the same bytes, two small flavors and an external network. */
async function prepare(openstack: OpenStack, work: string) {
  const file = join(work, 'tiny.img')
  writeFileSync(file, Buffer.from(Array.from({ length: 1 << 20 }, (_, index) => (index * 31 + (index >> 8)) & 255)))
  const image = async (name: string) =>
    String(
      (
        await openstack.show(
          'image',
          'create',
          name,
          '--public',
          '--disk-format',
          'raw',
          '--container-format',
          'bare',
          '--file',
          file,
        )
      )['id'],
    )
  const flavor = async (name: string, ram: number) =>
    String((await openstack.show('flavor', 'create', name, '--ram', String(ram), '--disk', '1', '--vcpus', '1'))['id'])
  const network = String(
    (
      await openstack.show(
        'network',
        'create',
        'public',
        '--external',
        '--provider-network-type',
        'flat',
        '--provider-physical-network',
        'extnet',
      )
    )['id'],
  )
  await openstack.show(
    'subnet',
    'create',
    'public-subnet',
    '--network',
    network,
    '--subnet-range',
    '172.24.4.0/24',
    '--gateway',
    '172.24.4.1',
    '--no-dhcp',
  )
  return {
    images: [await image('tempest-image'), await image('tempest-image-alt')] as const,
    flavors: [await flavor('tempest.nano', 64), await flavor('tempest.micro', 128)] as const,
    network,
  }
}

/** A few bytes on the web, for imports and locations. */
const imageUrl = 'http://127.0.0.1:9292/healthcheck'

/** What the cloud needs beyond the usual for these tests: two stores to write, one to read the web, locations and a cache. */
export const cloudConfig = (secondStore: string, policy: string): string => `address: 127.0.0.1
hypervisor: simulated
network: simulated
image_stores:
  second: ${JSON.stringify(secondStore)}
  web: {type: http}
show_multiple_locations: true
show_image_direct_url: true
image_cache_dir: ${secondStore}/.cache
policy_files: {image: ${JSON.stringify(policy)}}
web_download_hosts: ['127.0.0.1:9292']
`

/** These tests are older than the rule that only administrators remove locations. */
export const imagePolicy = '"delete_image_location": "role:member"\n'

/** Writes WORK/etc/tempest.conf. */
export async function writeTempestConfig(cloud: Cloud, work: string): Promise<void> {
  const openstack = createOpenStack(cloud)
  const { images, flavors, network } = await prepare(openstack, work)
  const extensions = (await openstack.list('extension', 'list', '--network')).map((row) => String(row['Alias']))
  const url = String(cloud.env['OS_AUTH_URL'])
  const sections = {
    DEFAULT: { use_stderr: false, log_dir: join(work, 'logs'), log_file: 'tempest.log' },
    oslo_concurrency: { lock_path: join(work, 'lock') },
    auth: {
      use_dynamic_credentials: true,
      create_isolated_networks: true,
      admin_username: 'admin',
      admin_password: String(cloud.env['OS_PASSWORD']).replaceAll('$', '$$'),
      admin_project_name: 'admin',
      admin_domain_name: 'Default',
      default_credentials_domain_name: 'Default',
    },
    identity: {
      auth_version: 'v3',
      uri_v3: url,
      uri: url,
      region: 'RegionOne',
      default_domain_id: 'default',
      v3_endpoint_type: 'public',
      admin_role: 'admin',
    },
    'identity-feature-enabled': {
      api_v2: false,
      api_v3: true,
      trust: true,
      application_credentials: true,
      access_rules: true,
      project_tags: true,
      federation: true,
    },
    service_available: { nova: true, glance: true, neutron: true, cinder: false, swift: false, horizon: false },
    image: {
      region: 'RegionOne',
      build_timeout: 60,
      build_interval: 1,
      http_image: imageUrl,
      image_caching_enabled: true,
    },
    'image-feature-enabled': {
      api_v1: false,
      api_v2: true,
      import_image: true,
      manage_locations: true,
      os_glance_reserved: true,
    },
    compute: {
      region: 'RegionOne',
      image_ref: images[0],
      image_ref_alt: images[1],
      flavor_ref: flavors[0],
      flavor_ref_alt: flavors[1],
      build_timeout: 60,
      build_interval: 1,
      max_microversion: 'latest',
    },
    'compute-feature-enabled': { resize: false, console_output: true, personality: false, change_password: false },
    placement: { region: 'RegionOne', max_microversion: 'latest' },
    network: {
      region: 'RegionOne',
      public_network_id: network,
      floating_network_name: 'public',
      build_timeout: 60,
      build_interval: 1,
      project_network_cidr: '10.100.0.0/16',
      project_network_mask_bits: 28,
    },
    'network-feature-enabled': {
      api_extensions: extensions.join(','),
      ipv6: true,
      ipv6_subnet_attributes: true,
      floating_ips: true,
      port_security: true,
    },
    // A simulated guest cannot be logged in to.
    validation: { run_validation: false },
  } satisfies Readonly<Record<string, Section>>
  writeFileSync(join(work, 'etc', 'tempest.conf'), ini(sections))
}
