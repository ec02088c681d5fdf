import { cpuOf, type Measure, measure, must } from '../load.ts'
import { idIn, type Phases, pool } from './phase.ts'

const servers = 200
const version = { 'openstack-api-version': 'compute 2.79', 'x-openstack-nova-api-version': '2.79' }

/** Flavors listed, servers built one by one, fifty at once and up to 200, then listed and shown. The units of building are servers. */
export const computePhases: Phases = async (cloud, note, seconds) => {
  const { pids, token } = cloud
  const url = `${cloud.url('compute')}/v2.1`
  const get = (path: string) => must('GET', `${url}${path}`, { token, headers: version })
  const post = (path: string, body: unknown) => must('POST', `${url}${path}`, { token, headers: version, body })
  await must('PUT', `${url}/os-quota-sets/${cloud.projectId}`, {
    token,
    headers: version,
    body: { quota_set: { instances: 100_000, cores: 1_000_000, ram: 1_000_000_000 } },
  })
  const flavors: string[] = []
  for (let index = 0; index < 20; index += 1) {
    flavors.push(
      idIn(
        (await post('/flavors', { flavor: { name: `bench-flv-${index}`, ram: 64 + index, vcpus: 1, disk: 1 } })).text,
      ),
    )
  }
  for (const concurrency of [1, 8]) {
    await note(`flavor_list_detail_20_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds }, () => get('/flavors/detail')),
    )
  }

  const { network, image } = await prepare(cloud)
  const boot = async (name: string, more: object = {}): Promise<string> => {
    const server = { name, imageRef: image, flavorRef: flavors[0], networks: [{ uuid: network }], ...more }
    return idIn((await post('/servers', { server })).text)
  }
  const status = async (id: string) => /"status":"(\w+)"/.exec((await get(`/servers/${id}`)).text)?.[1]
  const untilActive = async (id: string): Promise<void> => {
    for (;;) {
      const now = await status(id)
      if (now === 'ACTIVE') return
      if (now === 'ERROR') throw new Error(`server ${id} is in ERROR`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const count = async (query: string) => (await get(`/servers?${query}&limit=1000`)).text.split('"name"').length - 1
  await untilActive(await boot('bench-warm'))

  await note('server_create_active_1', () =>
    measure(pids, { concurrency: 1, seconds: 60, count: 5, warm: 0 }, async (index) =>
      untilActive(await boot(`bench-one-${index}`)),
    ),
  )
  await note('server_create_active_50_c10', () =>
    bulk(pids, 50, async () => {
      await pool(50, 10, (index) => boot(`bench-many-${index}`))
      while ((await count('name=bench-many-&status=ACTIVE')) < 50)
        await new Promise((resolve) => setTimeout(resolve, 500))
    }),
  )
  const have = await count('status=ACTIVE')
  await note(`servers_fill_to_${servers}`, () =>
    bulk(pids, servers, async () => {
      for (let made = have; made < servers; made += 25) {
        const some = Math.min(25, servers - made)
        await boot(`bench-fill${made}`, { min_count: some, max_count: some })
        while ((await count('name=bench-fill&status=BUILD')) > 0)
          await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }),
  )
  for (const concurrency of [1, 4]) {
    await note(`servers_detail_${servers}_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds, warm: 20 }, () => get('/servers/detail?limit=1000')),
    )
  }
  const one = idIn((await get('/servers?limit=1')).text)
  await note('server_show_c1', () => measure(pids, { concurrency: 1, seconds }, () => get(`/servers/${one}`)))
}

/** A network to boot on and an image to boot. */
async function prepare(cloud: Parameters<Phases>[0]): Promise<{ network: string; image: string }> {
  const { token } = cloud
  const network = idIn(
    (
      await must('POST', `${cloud.url('network')}/v2.0/networks`, {
        token,
        body: { network: { name: 'bench-servers' } },
      })
    ).text,
  )
  await must('POST', `${cloud.url('network')}/v2.0/subnets`, {
    token,
    body: { subnet: { network_id: network, cidr: '10.201.0.0/20', ip_version: 4 } },
  })
  const images = `${cloud.url('image')}/v2/images`
  const image = idIn(
    (await must('POST', images, { token, body: { name: 'bench-boot', disk_format: 'raw', container_format: 'bare' } }))
      .text,
  )
  await must('PUT', `${images}/${image}/file`, { token, body: Buffer.alloc(1024, 7) })
  return { network, image }
}

/** Measures a whole batch; the figures are a unit's. */
async function bulk(pids: readonly number[], units: number, run: () => Promise<void>): Promise<Measure> {
  const cpu = cpuOf(pids)
  const begun = performance.now()
  await run()
  const ms = performance.now() - begun
  return { n: units, cpuMs: (cpuOf(pids) - cpu) / units, perSecond: (units * 1000) / ms, p50: ms, p99: ms, errors: 0 }
}
