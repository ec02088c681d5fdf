// `npm run bench [pattern]`: the workload that was measured on real OpenStack (figures/openstack-zed.json, placement-zed.json), against a simulated cloud
// started here; CPU a unit of work, and the ratio to what OpenStack took for it on the same kind of machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBenchCloud } from './cloud.ts'
import { type Measure, memoryOf } from './load.ts'
import { computePhases } from './phases/compute.ts'
import { identityPhases } from './phases/identity.ts'
import { identityManyPhases } from './phases/identity-many.ts'
import { imagePhases } from './phases/image.ts'
import { imageManyPhases } from './phases/image-many.ts'
import { imageDataPhases } from './phases/image-data.ts'
import { networkPhases } from './phases/network.ts'
import type { Note } from './phases/phase.ts'
import { forestPhases, placementPhases } from './phases/placement.ts'

type Recorded = {
  readonly phases: Readonly<
    Record<
      string,
      | { readonly server_cpu_ms_per_req?: number | null; readonly server_cpu_s?: number; readonly n?: number }
      | undefined
    >
  >
  readonly memory_start: { readonly pss_mib: number }
}
const read = (name: string): string => readFileSync(join(import.meta.dirname, 'figures', name), 'utf8')
const recorded: Recorded = JSON.parse(read('openstack-zed.json'))
/** Phases that only Placement has, measured by themselves. */
const placement: Pick<Recorded, 'phases'> = JSON.parse(read('placement-zed.json'))
const goals: Readonly<Record<string, number | undefined>> = JSON.parse(read('goals.json'))

/** CPU milliseconds that OpenStack took for a unit of a phase. */
function openstackMs(name: string): number | null {
  const phase = recorded.phases[name] ?? placement.phases[name]
  if (!phase) return null
  if (typeof phase.server_cpu_ms_per_req === 'number') return phase.server_cpu_ms_per_req
  return phase.server_cpu_s !== undefined && phase.n ? (phase.server_cpu_s * 1000) / phase.n : null
}

const seconds = Number(process.env['BENCH_SECONDS'] ?? 5)
const pattern = new RegExp(process.argv[2] ?? '')
const cell = (value: number | null | undefined, width: number, digits = 2): string =>
  (value === null || value === undefined ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(digits)).padStart(
    width,
  )
const line = (name: string, m: Measure): string => {
  const theirs = openstackMs(name)
  const ratio = theirs === null ? null : theirs / Math.max(m.cpuMs, 0.001)
  const goal = goals[name]
  const verdict = goal === undefined || ratio === null ? '' : ratio >= goal ? '  reached' : '  SHORT'
  return `${name.padEnd(32)}${cell(theirs, 10)}${cell(m.cpuMs, 10, 3)}${cell(ratio, 9, 1)}${cell(goal, 7, 0)}${cell(m.perSecond, 10, 0)}${cell(m.p50, 9)}${cell(m.p99, 9)}${m.errors > 0 ? `  ${m.errors} errors` : ''}${verdict}${m.remark === undefined ? '' : `  ${m.remark}`}`
}

const cloud = await startBenchCloud()
let short = 0
try {
  const idle = memoryOf(cloud.pids)
  process.stdout.write(
    `${'phase'.padEnd(32)}${'OpenStack'.padStart(10)}${'ours ms'.padStart(10)}${'ratio'.padStart(9)}${'goal'.padStart(7)}${'unit/s'.padStart(10)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}\n`,
  )
  const note: Note = async (name, run) => {
    // Phases that later ones build on are always run; a pattern only chooses what is printed.
    const result = await run()
    if (!pattern.test(name)) return
    const text = line(name, result)
    if (text.includes('SHORT') || result.errors > 0) short += 1
    process.stdout.write(`${text}\n`)
  }
  for (const phases of [
    identityPhases,
    imagePhases,
    networkPhases,
    placementPhases,
    computePhases,
    forestPhases,
    imageManyPhases,
    imageDataPhases,
    identityManyPhases,
  ])
    await phases(cloud, note, seconds)
  const ratio = recorded.memory_start.pss_mib / idle
  process.stdout.write(
    `\nmemory at idle ${idle.toFixed(0)} MiB (PSS; OpenStack ${recorded.memory_start.pss_mib} MiB, ratio ${ratio.toFixed(1)}, goal ${goals['memory_pss'] ?? '–'}), after the run ${memoryOf(cloud.pids).toFixed(0)} MiB\n`,
  )
  process.stdout.write(short === 0 ? 'every goal is reached\n' : `${short} phases fall short\n`)
} finally {
  cloud.down()
}
process.exit(short === 0 ? 0 : 1)
