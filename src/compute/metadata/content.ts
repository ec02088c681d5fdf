// What a guest may know of itself, in OpenStack's and EC2's formats: the metadata service and the config drive serve the same.
// Source: nova/api/metadata/base.py. Pure.
import type { ConfigFile } from '../drivers/driver.ts'
import { instanceName } from '../servers/rules.ts'
import type { NetworkCard, ServerRow } from '../servers/store/tables.ts'
import { cardsOf, metadataOf } from '../servers/view.ts'

const domain = 'novalocal'
/** Versions of the OpenStack format, oldest first. */
const openstackVersions = [
  '2012-08-10',
  '2013-04-04',
  '2013-10-17',
  '2015-10-15',
  '2016-06-30',
  '2016-10-06',
  '2017-02-22',
  '2018-08-27',
  '2020-10-14',
  'latest',
]
const ec2Versions = [
  '1.0',
  '2007-01-19',
  '2007-03-01',
  '2007-08-29',
  '2007-10-10',
  '2007-12-15',
  '2008-02-01',
  '2008-09-01',
  '2009-04-04',
  'latest',
]

const fqdn = (row: ServerRow): string => (row.hostname.includes('.') ? row.hostname : `${row.hostname}.${domain}`)

/** `openstack/latest/meta_data.json`. */
export function metaData(row: ServerRow) {
  return {
    uuid: row.id,
    ...(row.public_key === null || row.key_name === null
      ? {}
      : {
          public_keys: { [row.key_name]: row.public_key },
          keys: [{ name: row.key_name, type: 'ssh', data: row.public_key }],
        }),
    hostname: fqdn(row),
    name: row.name,
    launch_index: row.launch_index,
    availability_zone: row.availability_zone,
    project_id: row.project_id,
    devices: [],
    dedicated_cpus: [],
    meta: metadataOf(row),
  }
}

/** `openstack/latest/network_data.json`: one link a card, addresses by DHCP. */
export function networkData(cards: readonly NetworkCard[]) {
  return {
    links: cards.map((card) => ({
      id: card.tap,
      vif_id: card.portId,
      type: 'ovs',
      mtu: card.mtu,
      ethernet_mac_address: card.mac,
    })),
    networks: cards.flatMap((card, index) =>
      card.ips.map((ip) => ({
        id: `network${index}`,
        type: ip.address.includes(':') ? 'ipv6_dhcp' : 'ipv4_dhcp',
        link: card.tap,
        network_id: card.networkId,
      })),
    ),
    services: [],
  }
}

/** EC2's leaves by path: `meta-data/hostname` and the rest. */
export function ec2Leaves(row: ServerRow): Readonly<Record<string, string>> {
  const [fixed] = cardsOf(row).flatMap((card) => card.ips)
  const floating = fixed?.floating[0] ?? ''
  return {
    'ami-id': `ami-${row.number.toString(16).padStart(8, '0')}`,
    'ami-launch-index': String(row.launch_index),
    'ami-manifest-path': '',
    'block-device-mapping/ami': 'vda',
    'block-device-mapping/root': row.root_device_name ?? '/dev/vda',
    hostname: fqdn(row),
    'instance-action': 'none',
    'instance-id': `i-${row.number.toString(16).padStart(8, '0')}`,
    'instance-type': flavorName(row),
    'local-hostname': fqdn(row),
    'local-ipv4': fixed?.address ?? '',
    'placement/availability-zone': row.availability_zone ?? '',
    'public-hostname': fqdn(row),
    'public-ipv4': floating,
    ...(row.public_key === null ? {} : { 'public-keys/0/openssh-key': row.public_key }),
    'reservation-id': row.reservation_id,
    'security-groups': cardsOf(row)
      .flatMap((card) => card.securityGroups)
      .join('\n'),
  }
}

const flavorName = (row: ServerRow): string => {
  const { name }: { name: string } = JSON.parse(row.flavor)
  return name
}

/** Every file of the metadata tree, by path below the root. */
function files(row: ServerRow): Map<string, Buffer> {
  const map = new Map<string, Buffer>()
  const userData = row.user_data === null ? null : Buffer.from(row.user_data, 'base64')
  for (const version of openstackVersions) {
    const add = (name: string, content: string | Buffer) =>
      map.set(`openstack/${version}/${name}`, Buffer.from(content))
    add('meta_data.json', JSON.stringify(metaData(row)))
    if (userData) add('user_data', userData)
    if (version >= '2013-04-04') add('password', '')
    if (version >= '2013-10-17') add('vendor_data.json', '{}')
    if (version >= '2015-10-15') add('network_data.json', JSON.stringify(networkData(cardsOf(row))))
    if (version >= '2016-10-06') add('vendor_data2.json', '{}')
  }
  for (const version of ec2Versions) {
    for (const [path, text] of Object.entries(ec2Leaves(row)))
      map.set(`${version}/meta-data/${path}`, Buffer.from(text))
    if (userData) map.set(`${version}/user-data`, userData)
  }
  return map
}

/** An answer of the metadata service: a file, or the listing of a folder; null where there is neither. */
export function lookUp(row: ServerRow, url: string): { readonly contentType: string; readonly body: Buffer } | null {
  const path =
    url
      .split('?')[0]
      ?.split('/')
      .filter((part) => part !== '')
      .join('/') ?? ''
  const all = files(row)
  const file = all.get(path)
  if (file)
    return { contentType: path.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8', body: file }
  const children = listing(all, path, url)
  return children === null ? null : { contentType: 'text/plain; charset=utf-8', body: Buffer.from(children) }
}

function listing(all: ReadonlyMap<string, Buffer>, path: string, url: string): string | null {
  // The bare root lists EC2's versions; `openstack` lists its own.
  if (path === '') return [...ec2Versions].join('\n')
  if (path === 'openstack') return openstackVersions.join('\n')
  const prefix = `${path}/`
  const names = new Set<string>()
  for (const known of all.keys()) {
    if (!known.startsWith(prefix)) continue
    const [child = '', ...deeper] = known.slice(prefix.length).split('/')
    // EC2 marks folders by a slash, and lists keys as `0=name`.
    if (path.endsWith('public-keys')) names.add(`${child}=${keyNameOf(all)}`)
    else names.add(deeper.length > 0 && !path.startsWith('openstack') ? `${child}/` : child)
  }
  if (names.size === 0 || url.includes('\0')) return null
  return [...names].sort().join('\n')
}

function keyNameOf(all: ReadonlyMap<string, Buffer>): string {
  const text = all.get('openstack/latest/meta_data.json')?.toString() ?? '{}'
  const { keys }: { keys?: readonly { name: string }[] } = JSON.parse(text)
  return keys?.[0]?.name ?? ''
}

/** The files of the config drive: the newest of each format and every OpenStack version. */
export function configDriveFiles(row: ServerRow): ConfigFile[] {
  const drive = [...files(row)]
    .filter(([path]) => path.startsWith('openstack/'))
    .map(([path, content]) => ({ path, base64: content.toString('base64') }))
  const ec2 = JSON.stringify({
    ...ec2Leaves(row),
    'public-keys': row.public_key === null ? {} : { '0': { 'openssh-key': row.public_key } },
  })
  return [...drive, { path: 'ec2/latest/meta-data.json', base64: Buffer.from(ec2).toString('base64') }]
}

/** What hypervisors call it. */
export const domainName = (row: ServerRow): string => instanceName(row.number)
