import { measure, must } from '../load.ts'
import type { Phases } from './phase.ts'
import { askForest, claimOne, plantForest } from './placement-forest.ts'

const providers = 200
const version = { 'openstack-api-version': 'placement 1.36' }
export const inventory = (total: number, reserved: number, ratio: number) => ({
  total,
  reserved,
  min_unit: 1,
  max_unit: total,
  step_size: 1,
  allocation_ratio: ratio,
})

/** Candidates over one provider and over 201. The unit of the middle phase is a provider: two requests. */
export const placementPhases: Phases = async (cloud, note, seconds) => {
  const { pids, token } = cloud
  const url = cloud.url('placement')
  const candidates = () =>
    must('GET', `${url}/allocation_candidates?resources=VCPU:1,MEMORY_MB:64,DISK_GB:1`, { token, headers: version })
  for (const concurrency of [1, 8])
    await note(`alloc_candidates_1rp_c${concurrency}`, () => measure(pids, { concurrency, seconds }, candidates))
  const made: string[] = []
  await note(`rp_create_x${providers}`, () =>
    measure(pids, { concurrency: 2, seconds: 60, count: providers, warm: 0 }, async (index) => {
      const created = await must('POST', `${url}/resource_providers`, {
        token,
        headers: version,
        body: { name: `bench-rp-${index}` },
      })
      const { uuid, generation }: { uuid: string; generation: number } = JSON.parse(created.text)
      made.push(uuid)
      await must('PUT', `${url}/resource_providers/${uuid}/inventories`, {
        token,
        headers: version,
        body: {
          resource_provider_generation: generation,
          inventories: {
            VCPU: inventory(64, 0, 4),
            MEMORY_MB: inventory(262_144, 512, 1.5),
            DISK_GB: inventory(2000, 0, 1),
          },
        },
      })
    }),
  )
  for (const concurrency of [1, 4]) {
    await note(`alloc_candidates_${providers + 1}rp_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds, warm: 20 }, candidates),
    )
  }
  const holder = { project_id: cloud.projectId, user_id: 'bench', consumer_generation: null }
  for (const concurrency of [1, 8]) {
    await note(`claim_${providers + 1}rp_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds, count: 5000, warm: 20 }, (index) =>
        must('PUT', `${url}/allocations/${crypto.randomUUID()}`, {
          token,
          headers: version,
          body: {
            allocations: {
              [made.at(index % made.length) ?? '']: { resources: { VCPU: 1, MEMORY_MB: 64, DISK_GB: 1 } },
            },
            ...holder,
          },
        }),
      ),
    )
  }
}

/** A forest of 10,000 providers: its candidates before and after many claims, which must cost the same. Run last: it fills the cloud. */
export const forestPhases: Phases = async (cloud, note, seconds) => {
  const { pids } = cloud
  await plantForest(cloud)
  const [ask, claim] = [askForest(cloud), claimOne(cloud)]
  const found: { allocation_requests: readonly unknown[] } = JSON.parse((await ask()).text)
  if (found.allocation_requests.length < 200) throw new Error(`${found.allocation_requests.length} candidates only`)
  await note('alloc_candidates_10000rp_c1', () => measure(pids, { concurrency: 1, seconds, warm: 20 }, ask))
  await note('claim_c1', () => measure(pids, { concurrency: 1, seconds, warm: 200 }, claim))
  await note('claim_c8', () => measure(pids, { concurrency: 8, seconds, warm: 200 }, claim))
  await note('alloc_candidates_10000rp_claimed', () => measure(pids, { concurrency: 1, seconds, warm: 20 }, ask))
}
