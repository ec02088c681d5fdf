// Source: nova/api/openstack/compute/schemas/servers.py. What this cloud cannot do yet (volumes) is refused by the operation, in words.
import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { marked, since, until } from '#platform/http/schema-version.ts'
import {
  boolean,
  description,
  diskConfig,
  fqdn,
  hostname,
  metadata,
  name,
  oneOf,
  paging,
  positiveInteger,
  repeated,
  tag,
  uuid,
} from '../parameters.ts'

const ip = Type.Union([Type.String({ format: 'ipv4' }), Type.String({ format: 'ipv6' })])
const port = nullable(uuid)
const networkItem = Type.Object(
  {
    fixed_ip: Type.Optional(ip),
    port: Type.Optional(port),
    uuid: Type.Optional(Type.Union([Type.String({ maxLength: 255, ...until(36) }), marked(uuid, since(37))])),
    tag: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: '^[^,/]*$', ...since(42) })),
  },
  { additionalProperties: false },
)
const networks = Type.Union([Type.Array(networkItem, { maxItems: 100 }), marked(oneOf('none', 'auto'), since(37))])
const accessIp = (version: 4 | 6) => Type.String({ format: `ipv${version}` })

const server = Type.Object(
  {
    name,
    imageRef: Type.Optional(Type.Union([uuid, Type.String({ maxLength: 0 })])),
    flavorRef: Type.Unsafe<string | number>({ type: ['string', 'integer'], minLength: 1, maxLength: 255 }),
    adminPass: Type.Optional(Type.String({ maxLength: 255 })),
    metadata: Type.Optional(metadata),
    networks: Type.Optional(networks),
    'OS-DCF:diskConfig': Type.Optional(diskConfig),
    accessIPv4: Type.Optional(accessIp(4)),
    accessIPv6: Type.Optional(accessIp(6)),
    personality: Type.Optional(
      Type.Array(
        Type.Object(
          { path: Type.String(), contents: Type.String({ format: 'base64' }) },
          { additionalProperties: false },
        ),
        until(56),
      ),
    ),
    availability_zone: Type.Optional(name),
    block_device_mapping: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems: 64 })),
    block_device_mapping_v2: Type.Optional(
      Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems: 64 }),
    ),
    config_drive: Type.Optional(boolean),
    key_name: Type.Optional(name),
    min_count: Type.Optional(positiveInteger),
    max_count: Type.Optional(positiveInteger),
    return_reservation_id: Type.Optional(boolean),
    security_groups: Type.Optional(
      Type.Array(Type.Object({ name: Type.Optional(name) }, { additionalProperties: false }), { maxItems: 100 }),
    ),
    user_data: Type.Optional(Type.String({ maxLength: 65_535, format: 'base64' })),
    description: Type.Optional(marked(description, since(19))),
    tags: Type.Optional(Type.Array(tag, { maxItems: 50, ...since(52) })),
    trusted_image_certificates: Type.Optional(
      nullable(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 50, ...since(63) })),
    ),
    host: Type.Optional(marked(fqdn, since(74))),
    hypervisor_hostname: Type.Optional(marked(fqdn, since(74))),
    hostname: Type.Optional(Type.Union([hostname, marked(fqdn, since(94))], since(90))),
  },
  { additionalProperties: false },
)

const hints = Type.Object(
  {
    group: Type.Optional(Type.Union([uuid, Type.Array(uuid)])),
    same_host: Type.Optional(Type.Union([Type.String(), Type.Array(uuid)])),
    different_host: Type.Optional(Type.Union([uuid, Type.Array(uuid)])),
  },
  { additionalProperties: true },
)

/** POST /servers. */
export const createServer = Type.Object(
  { server, 'os:scheduler_hints': Type.Optional(hints), 'OS-SCH-HNT:scheduler_hints': Type.Optional(hints) },
  { additionalProperties: false },
)

/** PUT /servers/{id}. */
export const updateServer = Type.Object(
  {
    server: Type.Object(
      {
        name: Type.Optional(name),
        'OS-DCF:diskConfig': Type.Optional(diskConfig),
        accessIPv4: Type.Optional(accessIp(4)),
        accessIPv6: Type.Optional(accessIp(6)),
        description: Type.Optional(marked(description, since(19))),
        hostname: Type.Optional(marked(fqdn, since(90))),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

const text = Type.String({ maxLength: 255 })
/** GET /servers and /servers/detail. Unknown parameters were ignored before 2.75; what is not ours stays ignored. */
export const listServers = Type.Object(
  {
    ...paging,
    all_tenants: repeated(text),
    status: repeated(text),
    'changes-since': Type.Optional(Type.String({ format: 'date-time' })),
    'changes-before': Type.Optional(Type.String({ format: 'date-time', ...since(66) })),
    sort_key: repeated(text),
    sort_dir: repeated(Type.Union([Type.Literal('asc'), Type.Literal('desc')])),
    name: Type.Optional(text),
    image: Type.Optional(text),
    flavor: Type.Optional(text),
    host: Type.Optional(text),
    node: Type.Optional(text),
    project_id: Type.Optional(text),
    tenant_id: Type.Optional(text),
    user_id: Type.Optional(text),
    uuid: Type.Optional(text),
    vm_state: Type.Optional(text),
    task_state: Type.Optional(text),
    power_state: Type.Optional(text),
    availability_zone: Type.Optional(text),
    key_name: Type.Optional(text),
    hostname: Type.Optional(text),
    description: Type.Optional(text),
    reservation_id: Type.Optional(text),
    access_ip_v4: Type.Optional(text),
    access_ip_v6: Type.Optional(text),
    ip: Type.Optional(text),
    ip6: Type.Optional(text),
    config_drive: Type.Optional(text),
    locked: Type.Optional(Type.String({ ...since(73) })),
    deleted: Type.Optional(text),
    tags: Type.Optional(Type.String({ ...since(26) })),
    'tags-any': Type.Optional(Type.String({ ...since(26) })),
    'not-tags': Type.Optional(Type.String({ ...since(26) })),
    'not-tags-any': Type.Optional(Type.String({ ...since(26) })),
  },
  { additionalProperties: true },
)

export type CreateServer = Static<typeof createServer>
export type UpdateServer = Static<typeof updateServer>['server']
export type ListServers = Static<typeof listServers>
