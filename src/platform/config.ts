// The one place that reads the environment and the configuration file. Every key is described here; `npm run gen` prints them as docs.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { federationSettings } from './federation-settings.ts'
import { fillImageStores, imageStores } from './image-store-settings.ts'
import { securityCompliance } from './security-compliance-settings.ts'

const text = (value: string, description: string) => Type.String({ default: value, description })
const integer = (value: number, description: string, minimum = 0) =>
  Type.Integer({ default: value, minimum, description })

const settings = Type.Object(
  {
    address: text('127.0.0.1', 'Address that the catalog publishes for every service.'),
    listen: text('0.0.0.0', 'Address that the API ports are opened on.'),
    region: text('RegionOne', 'Region of this cloud.'),
    log_level: text('info', 'trace, debug, info, warn, error or silent.'),
    database: text('', 'mysql://user:password@host/name of a MariaDB; empty: SQLite in the state directory.'),
    bus: text('', 'amqp://user:password@host/vhost of a RabbitMQ; empty: a unix socket in the state directory.'),
    cache: text('', 'memcached://host:port; empty: in this process.'),
    hypervisor: Type.Union([Type.Literal('libvirt'), Type.Literal('simulated')], {
      default: 'simulated',
      description: 'What runs the servers: libvirt on each agent, or simulated hosts in the controller.',
    }),
    network: Type.Union([Type.Literal('ovn'), Type.Literal('simulated')], {
      default: 'simulated',
      description: 'What carries the networks: OVN, or nothing at all for tests and demonstrations.',
    }),
    host: text('', 'Name of this compute host; empty: the host name of the machine.'),
    ovn: Type.Object(
      {
        northbound: text('', 'OVN northbound database, unix:PATH or tcp:HOST:PORT.'),
        southbound: text('', 'OVN southbound database, unix:PATH or tcp:HOST:PORT.'),
      },
      { default: {}, additionalProperties: false },
    ),
    bridge_mappings: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Physical network → bridge that carries it, e.g. extnet: br-ex.',
    }),
    simulated: Type.Object(
      {
        hosts: integer(1, 'Number of simulated hosts.'),
        vcpus: integer(64, 'Virtual CPUs of each simulated host.', 1),
        memory_mb: integer(262_144, 'Memory of each simulated host, MiB.', 1),
        disk_gb: integer(4096, 'Disk of each simulated host, GiB.', 1),
        delay_ms: integer(0, 'Time that every simulated operation takes, ms.'),
        failure_rate: Type.Number({
          default: 0,
          minimum: 0,
          maximum: 1,
          description: 'Share of simulated operations that fail.',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    cpu_allocation_ratio: Type.Number({
      default: 4,
      exclusiveMinimum: 0,
      description: 'Virtual CPUs sold for each that a host has.',
    }),
    ram_allocation_ratio: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      description: 'Memory sold for each MiB that a host has.',
    }),
    disk_allocation_ratio: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      description: 'Disk sold for each GiB that a host has.',
    }),
    reserved_host_memory_mb: integer(512, 'Memory of a host that servers never get, MiB.'),
    token_provider: Type.Union([Type.Literal('fernet'), Type.Literal('jws')], {
      default: 'fernet',
      description:
        'Form of new tokens: encrypted (fernet), or signed and readable by whoever holds one (jws); both are accepted.',
    }),
    token_expiration_s: integer(3600, 'Life of a token, seconds.', 1),
    fernet_max_active_keys: integer(3, 'Keys kept for tokens: the staged, the primary and older ones.', 2),
    fernet_rotation_s: integer(86_400, 'Time between two rotations of the token keys, seconds; 0: never.'),
    credential_rotation_s: integer(
      2_592_000,
      'Time between two rotations of the key that seals credentials, seconds; 0: never.',
    ),
    limit_model: Type.Union([Type.Literal('flat'), Type.Literal('strict_two_level')], {
      default: 'flat',
      description:
        'How unified limits of a domain and its projects go together; with strict_two_level no tree is deeper.',
    }),
    login_limits: Type.Object(
      {
        address_failures: integer(300, 'Failed logins a minute from one address that is not loopback; 0: any number.'),
        user_failures: integer(60, 'Failed logins a minute of one user; 0: any number.'),
      },
      { default: {}, additionalProperties: false },
    ),
    audit: Type.Object(
      {
        file: text(
          'log/identity-audit.jsonl',
          'Audit events (CADF) of identity; relative to the state directory; empty: none.',
        ),
        topic: text('notifications', 'Topic of the same events on RabbitMQ, where that is the bus; empty: none.'),
        max_mb: integer(64, 'Size at which that file is put aside as FILE.1 and begun anew, MiB.', 1),
      },
      { default: {}, additionalProperties: false },
    ),
    security_compliance: securityCompliance,
    federation: federationSettings,
    oauth2: Type.Object(
      {
        certificate_mapping: text(
          'oauth2_mapping',
          'Mapping of the names in certificates to users (oauth2_cert_dn_mapping_id).',
        ),
        check_certificates: Type.Boolean({
          default: true,
          description:
            'A token that was given for a certificate is good only where the trusted proxy shows that certificate.',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    policy_files: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Service type → path of an oslo.policy policy.yaml that overrides its rules.',
    }),
    ports: Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 65_535 }), {
      default: {},
      description: 'Service type → port, where it is not the usual one; 0: any free port.',
    }),
    body_limit: integer(114_688, 'Largest request body that is not a stream, bytes.', 1024),
    image_size_cap: integer(1_099_511_627_776, 'Largest image, bytes.', 1),
    image_stores: imageStores,
    default_image_store: text('file', 'Store that images go to where nobody names one.'),
    show_multiple_locations: Type.Boolean({
      default: false,
      description: 'Whether images show where their data is, and patches may change it.',
    }),
    show_image_direct_url: Type.Boolean({
      default: false,
      description: 'Whether images show the best place of their data.',
    }),
    do_secure_hash: Type.Boolean({
      default: true,
      description: 'Whether data that is only told of (POST /v2/images/ID/locations) is read once for its hash.',
    }),
    web_download_hosts: Type.Array(Type.String(), {
      default: [],
      description:
        'Hosts (host, or host:port) that imports may download images from although the address is private or the port neither 80 nor 443.',
    }),
    worker_self_reference_url: text(
      '',
      'URL of the image service of this very controller, where there are several: others send what is staged here to it, and it is the name of its cache.',
    ),
    image_cache_dir: text('', 'Directory for copies of images that come from stores elsewhere; empty: none are kept.'),
    image_cache_max_size: integer(10_737_418_240, 'Most that these copies may take, bytes.'),
    image_cache_stall_time: integer(86_400, 'Age from which a copy that was not finished is given up, seconds.'),
    use_keystone_limits: Type.Boolean({
      default: false,
      description: 'Whether images count against the unified limits of identity (image_size_total and its kin).',
    }),
    image_import_opts: Type.Object(
      {
        image_import_plugins: Type.Array(
          Type.Union([
            Type.Literal('no_op'),
            Type.Literal('image_decompression'),
            Type.Literal('image_conversion'),
            Type.Literal('inject_image_metadata'),
          ]),
          { default: [], description: 'What imports do with images; decompression comes before conversion.' },
        ),
      },
      { default: {}, additionalProperties: false },
    ),
    image_conversion: Type.Object(
      {
        output_format: Type.Union([Type.Literal('raw'), Type.Literal('qcow2'), Type.Literal('vmdk')], {
          default: 'raw',
          description: 'Format that imports convert disks to.',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    inject_metadata_properties: Type.Object(
      {
        inject: Type.Record(Type.String({ maxLength: 255 }), Type.String(), {
          default: {},
          description: 'Properties that imported images get.',
        }),
        ignore_user_roles: Type.Array(Type.String(), {
          default: ['admin'],
          description: 'Roles whose users import images without them.',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    glance_download_properties: Type.Object(
      {
        extra_properties: Type.Array(Type.String(), {
          default: ['hw_', 'trait:', 'os_distro', 'os_secure_boot', 'os_type'],
          description: 'Beginnings of the names of properties that an image brings from another cloud.',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    metrics_port: integer(9100, 'Port of Prometheus metrics on loopback; 0: any free port.'),
  },
  { additionalProperties: false },
)

/** The validated settings: defaults filled in. */
export type Settings = Static<typeof settings>

/** Settings and where the state lives. */
export type Config = Settings & {
  /** Directory of everything that outlives a process. */
  readonly state: string
}

/** Every key with its default and description, for the documentation. */
export const settingsSchema = settings

/**
 * Fills in defaults and checks what an operator wrote.
 * @throws Error naming the first key that is wrong
 */
export function createConfig(state: string, given: unknown): Config {
  const filled: unknown = Value.Default(settings, withImageStores(given ?? {}))
  if (!Value.Check(settings, filled)) {
    const [first] = Value.Errors(settings, filled)
    throw new Error(
      `config.yaml: ${first?.instancePath.slice(1).replaceAll('/', '.') ?? ''} ${first?.message ?? 'is not valid'}`,
    )
  }
  return { ...filled, state }
}

const withImageStores = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && 'image_stores' in given
    ? { ...given, image_stores: fillImageStores(given.image_stores) }
    : given

/** Reads STATE/config.yaml, or the defaults where there is none. */
export function readConfig(state: string): Config {
  const file = join(state, 'config.yaml')
  return createConfig(state, existsSync(file) ? parse(readFileSync(file, 'utf8')) : {})
}
