import { measure, must } from '../load.ts'
import { idIn, type Phases } from './phase.ts'

const ports = 500

/** Networks made and deleted, ports made one by one and in bulk, 500 ports listed. The units of bulk are ports. */
export const networkPhases: Phases = async (cloud, note, seconds) => {
  const { pids, token } = cloud
  const url = `${cloud.url('network')}/v2.0`
  await must('PUT', `${url}/quotas/${cloud.projectId}`, {
    token,
    body: { quota: { port: 100_000, network: 100_000, subnet: 100_000 } },
  })
  for (const [concurrency, count] of [
    [1, 40],
    [4, 60],
  ] as const) {
    await note(`network_create_delete_pair_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds: 20, count, warm: 20 }, async (index) => {
        const made = await must('POST', `${url}/networks`, { token, body: { network: { name: `bench-n${index}` } } })
        await must('DELETE', `${url}/networks/${idIn(made.text)}`, { token })
      }),
    )
  }
  const network = idIn(
    (await must('POST', `${url}/networks`, { token, body: { network: { name: 'bench-ports' } } })).text,
  )
  await must('POST', `${url}/subnets`, {
    token,
    body: { subnet: { network_id: network, cidr: '10.200.0.0/20', ip_version: 4 } },
  })
  await note('port_create_single_x20_c1', () =>
    measure(pids, { concurrency: 1, seconds: 20, count: 20, warm: 0 }, (index) =>
      must('POST', `${url}/ports`, { token, body: { port: { network_id: network, name: `bench-s${index}` } } }),
    ),
  )
  const bulk = 50
  await note(`port_create_bulk${bulk}_to_${ports}`, async () => {
    const batches = Math.ceil((ports - 20) / bulk)
    const whole = await measure(pids, { concurrency: 1, seconds: 60, count: batches, warm: 0 }, (batch) =>
      must('POST', `${url}/ports`, {
        token,
        body: {
          ports: Array.from({ length: bulk }, (_, index) => ({
            network_id: network,
            name: `bench-p${batch}-${index}`,
          })),
        },
      }),
    )
    return { ...whole, n: whole.n * bulk, cpuMs: whole.cpuMs / bulk }
  })
  for (const concurrency of [1, 4]) {
    await note(`port_list_${ports}_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds, warm: 20 }, () => must('GET', `${url}/ports`, { token })),
    )
  }
}
