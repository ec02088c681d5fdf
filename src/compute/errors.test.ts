// Bad input of every kind: Nova's status and words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFlavor, startCompute, type TestCompute, version } from './testing/cloud.ts'
import { testImage, testNetwork } from './testing/doors.ts'

let cloud: TestCompute
beforeAll(async () => {
  cloud = await startCompute()
  await makeFlavor(cloud)
})
afterAll(() => cloud.stop())

const port = '6a0d5c1e-1111-4000-8000-00000000dead'
const badName = "An invalid 'name' value was provided. The name must be: "
const printable = `${badName}printable characters. Can not start or end with whitespace.`
const notOne = (field: string, value: string) => `Invalid input for field/attribute ${field}. Value: ${value}. `

describe('a server is refused with the words of Nova:', () => {
  it.each<[number, object, number, string]>([
    [1, { name: ' x' }, 400, printable],
    [90, { flavorRef: null }, 400, `${notOne('flavorRef', 'None')}None is not of type 'string', 'integer'`],
    [90, { imageRef: '' }, 400, 'Missing imageRef attribute'],
    [90, { imageRef: 'x' }, 400, `${notOne('imageRef', 'x')}'x' is not valid under any of the given schemas`],
    [36, { networks: [{}] }, 400, "Bad network format: missing 'uuid'"],
    [36, { networks: [{ uuid: 'x' }] }, 400, 'Bad networks format: network uuid is not in proper format (x)'],
    [90, { networks: [{ port }, { port }] }, 400, `Port ID '${port}' was specified twice: you cannot attach a port`],
    [90, { networks: [{ port, fixed_ip: '10.0.0.5' }] }, 400, 'the two cannot be specified together.'],
    [
      90,
      { networks: [{ uuid: testNetwork, fixed_ip: '10.0.0.5' }], max_count: 2 },
      400,
      'if an fixed_ip is specified.',
    ],
    [90, { user_data: 'x' }, 400, `${notOne('user_data', 'x')}'x' is not a 'base64'`],
    [90, { user_data: 'a\nGk=' }, 400, 'User data needs to be valid base 64.'],
    [90, { availability_zone: 'nope' }, 400, 'The requested availability zone is not available'],
    [90, { availability_zone: 'a:b:c:d' }, 400, 'Invalid input received: Unable to parse availability_zone'],
    [90, { host: 'nohost' }, 400, 'Compute host nohost could not be found.'],
    [90, { config_drive: 5 }, 400, "5 is not of type 'boolean', 'string'"],
    [90, { 'OS-DCF:diskConfig': 'x' }, 400, "'x' is not one of ['AUTO', 'MANUAL']"],
    [90, { accessIPv4: 'x' }, 400, "'x' is not a 'ipv4'"],
    [90, { trusted_image_certificates: [] }, 400, '[] is too short'],
    [62, { trusted_image_certificates: ['x'] }, 400, "('trusted_image_certificates' was unexpected)"],
    [90, { description: 5 }, 400, "5 is not of type 'string', 'null'"],
    [
      90,
      { min_count: 999 },
      403,
      'Quota exceeded for cores, instances, ram: Requested 999, 999, 63936, but already used 0, 0, 0 of 20, 10, 51200 cores, instances, ram',
    ],
  ])('2.%i %j', async (minor, server, status, words) => {
    const answer = await cloud.compute('POST', '/v2.1/servers', {
      headers: version(`2.${minor}`),
      body: {
        server: {
          name: 'web',
          imageRef: testImage,
          flavorRef: '1',
          ...(minor < 37 ? {} : { networks: 'none' }),
          ...server,
        },
      },
    })
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringContaining(words)])
  })
})

describe('other things are refused with the words of Nova:', () => {
  it.each<[number, string, string, object | undefined, number, string]>([
    [90, 'POST', '/flavors', { flavor: { name: 'y', id: '', ram: 1, vcpus: 1, disk: 1 } }, 400, "'' is too short"],
    [90, 'GET', '/flavors?sort_key=x', undefined, 400, "'x' is not one of ['created_at', 'description'"],
    [90, 'GET', '/flavors?sort_dir=x', undefined, 400, "'x' is not one of ['asc', 'desc']"],
    [2, 'POST', '/os-keypairs', { keypair: { name: 'a', type: 'x' } }, 400, "'x' is not one of ['ssh', 'x509']"],
    [2, 'POST', '/os-keypairs', { keypair: { name: ' a' } }, 400, printable],
    [
      2,
      'POST',
      '/os-keypairs',
      { keypair: { name: 'a.b' } },
      400,
      `${badName}Only expected characters: [_- 0123456789`,
    ],
    [92, 'POST', '/os-keypairs', { keypair: { name: 'a/b' } }, 400, `${badName}Only expected characters: [@._- 0123`],
    [92, 'POST', '/os-keypairs', { keypair: { name: 'k' } }, 400, "Value: {'name': 'k'}. 'public_key' is a required"],
    [90, 'GET', '/os-hypervisors/x', undefined, 404, "Hypervisor with ID 'x' could not be found."],
    [52, 'GET', '/os-hypervisors?hypervisor_hostname_pattern=x', undefined, 200, 'hypervisors'],
    [53, 'GET', '/os-hypervisors?hypervisor_hostname_pattern=x', undefined, 404, "No hypervisor matching 'x'"],
  ])('2.%i %s %s %j', async (minor, method, path, body, status, words) => {
    const answer = await cloud.compute(method, `/v2.1${path}`, {
      headers: version(`2.${minor}`),
      ...(body === undefined ? {} : { body }),
    })
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringContaining(words)])
  })
})
