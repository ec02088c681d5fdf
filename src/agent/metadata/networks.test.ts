import { expect, test } from 'vitest'
import { parseSchema } from '#lib/ovsdb/schema.ts'
import { Replica } from '#lib/ovsdb/replica.ts'
import { haproxyConfig } from './haproxy.ts'
import { metadataNetworks } from './networks.ts'
import { pairNames } from './namespace.ts'
import { agentId } from './service.ts'

const text = { type: 'string' }
const texts = { type: { key: 'string', min: 0, max: 'unlimited' } }
const map = { type: { key: 'string', value: 'string', min: 0, max: 'unlimited' } }
const reference = (table: string) => ({ type: { key: { type: 'uuid', refTable: table }, min: 0, max: 1 } })
const schema = parseSchema({
  name: 'OVN_Southbound',
  version: '20.27.0',
  tables: {
    Port_Binding: {
      columns: {
        logical_port: text,
        type: text,
        mac: texts,
        external_ids: map,
        datapath: { type: 'uuid' },
        chassis: reference('Chassis'),
      },
    },
    Datapath_Binding: { columns: { external_ids: map } },
    Chassis: { columns: { name: text } },
  },
})

const network = '6f70656e-7374-4163-8b00-0000000000a1'
const uuid = (last: string): string => `00000000-0000-4000-8000-0000000000${last}`
const binding = (datapath: string, type: string, chassis: string | undefined, more: object = {}) => ({
  datapath: ['uuid', uuid(datapath)],
  type,
  chassis: chassis === undefined ? ['set', []] : ['uuid', uuid(chassis)],
  ...more,
})

function replicaOf(ports: Record<string, object>): Replica {
  const replica = new Replica([])
  replica.reset(schema)
  const insert = (row: object): object => ({ new: row })
  const updates: unknown = {
    Chassis: { [uuid('c1')]: insert({ name: 'here' }), [uuid('c2')]: insert({ name: 'elsewhere' }) },
    Datapath_Binding: {
      [uuid('d1')]: insert({ external_ids: ['map', [['name', `neutron-${network}`]]] }),
      [uuid('d2')]: insert({ external_ids: ['map', [['name', 'neutron-../../etc']]] }),
    },
    Port_Binding: Object.fromEntries(Object.entries(ports).map(([id, row]) => [uuid(id), insert(row)])),
  }
  replica.apply(JSON.parse(JSON.stringify(updates)), 'update')
  return replica
}

const localport = binding('d1', 'localport', undefined, {
  logical_port: 'lp-1',
  mac: 'fa:16:3e:00:00:02 10.1.0.2 10.2.0.2',
  external_ids: [
    'map',
    [
      ['neutron:cidrs', '10.2.0.2/16 10.1.0.2/24 fd00::2/64'],
      ['neutron:mtu', '1442'],
    ],
  ],
})

test('a network with a guest here gets the service, on the addresses of its localport', () => {
  const replica = replicaOf({ b1: localport, b2: binding('d1', '', 'c1', { logical_port: 'vm' }) })
  expect([...metadataNetworks(replica, 'here').values()]).toEqual([
    { networkId: network, portId: 'lp-1', mac: 'fa:16:3e:00:00:02', cidrs: ['10.1.0.2/24', '10.2.0.2/16'], mtu: 1442 },
  ])
})

test.each([
  ['a guest elsewhere', { b1: localport, b2: binding('d1', '', 'c2') }],
  ['a guest nowhere', { b1: localport, b2: binding('d1', '', undefined) }],
  ['a router only', { b1: localport, b2: binding('d1', 'patch', 'c1') }],
  ['no localport', { b2: binding('d1', '', 'c1') }],
  ['a name that is no network', { b1: { ...localport, datapath: ['uuid', uuid('d2')] }, b2: binding('d2', '', 'c1') }],
])('%s needs no service', (_, ports) => {
  expect(metadataNetworks(replicaOf(ports), 'here').size).toBe(0)
})

test('the proxy sets who asks and from where itself', () => {
  const config = haproxyConfig(network, '/state/run/agent.sock')
  expect(config).toContain(`http-request set-header x-ovn-network-id ${network}`)
  expect(config).toContain('http-request set-header X-Forwarded-For %[src]')
  expect(config).toContain('bind 169.254.169.254:80')
})

test("names are Neutron's, and fit the kernel", () => {
  expect(pairNames(network)).toEqual({ outside: 'tap6f70656e-70', inside: 'tap6f70656e-71' })
  expect(agentId('11111111-2222-3333-4444-555555555555')).toBe('a1695bce-bb1b-537b-a286-cecc98070852')
  expect(agentId('host-1')).toBe('dddb9eaa-ad62-5189-a7e1-426ef2b15c19')
})
