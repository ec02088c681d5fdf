// `npm run bench [pattern]`: the workload that was measured on real OpenStack (figures/openstack-zed.json, placement-zed.json), against a simulated cloud
// started here; CPU a unit of work, and the ratio to what OpenStack took for it on the same kind of machine.
// `npm run bench -- --beside [pattern]`: the phases of identity, image and placement against Debian's own services as well, here and now.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startBenchCloud } from './cloud.ts'
import { type Measure, memoryOf } from './load.ts'
import { computePhases } from './phases/compute.ts'
import { identityPhases } from './phases/identity.ts'
import { identityManyPhases } from './phases/identity-many.ts'
import { imagePhases } from './phases/image.ts'
import { imageManyPhases } from './phases/image-many.ts'
import { imageDataPhases } from './phases/image-data.ts'
import { networkPhases } from './phases/network.ts'
import { startOpenStack } from './openstack.ts'
import type { Note, Phases } from './phases/phase.ts'
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

/** What the services beside ours took on this machine. */
const measured = new Map<string, Measure>()

/** CPU milliseconds that OpenStack took for a unit of a phase. */
function openstackMs(name: string): number | null {
  const here = measured.get(name)
  if (here) return here.cpuMs
  if (isBeside) return null
  const phase = recorded.phases[name] ?? placement.phases[name]
  if (!phase) return null
  if (typeof phase.server_cpu_ms_per_req === 'number') return phase.server_cpu_ms_per_req
  return phase.server_cpu_s !== undefined && phase.n ? (phase.server_cpu_s * 1000) / phase.n : null
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { beside: { type: 'boolean' } } })
const isBeside = values.beside === true
const seconds = Number(process.env['BENCH_SECONDS'] ?? 5)
const pattern = new RegExp(positionals[0] ?? '')
const cell = (value: number | null | undefined, width: number, digits = 2): string =>
  (value === null || value === undefined ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(digits)).padStart(
    width,
  )
const line = (name: string, m: Measure): string => {
  const theirs = openstackMs(name)
  const ratio = theirs === null ? null : theirs / Math.max(m.cpuMs, 0.001)
  const goal = goals[name]
  const verdict = goal === undefined || ratio === null ? '' : ratio >= goal ? '  reached' : '  SHORT'
  return `${name.padEnd(32)}${cell(theirs, 10)}${cell(m.cpuMs, 10, 3)}${cell(ratio, 9, 1)}${cell(goal, 7, 0)}${cell(m.perSecond, 10, 0)}${cell(m.p50, 9)}${cell(m.p99, 9)}${m.errors > 0 ? `  ${m.errors} errors` : ''}${verdict}${m.remark === undefined ? '' : `  ${m.remark}`}${slower(name, m)}`
}

/** How much longer one unit took there. */
const slower = (name: string, { p50 }: Measure): string => {
  const here = measured.get(name)
  return here === undefined ? '' : `  ${(here.p50 / p50).toFixed(1)}× as long`
}

const shared: readonly Phases[] = [identityPhases, imagePhases, placementPhases, imageDataPhases]
if (isBeside) {
  const openstack = await startOpenStack()
  try {
    // Phases that later ones build on are always run; a pattern only chooses what is printed.
    const note: Note = async (name, run) => void measured.set(name, await run())
    for (const phases of shared) await phases(openstack, note, seconds)
  } finally {
    await openstack.down()
  }
}

const cloud = await startBenchCloud()
let short = 0
try {
  // What starting leaves behind is given back a second later.
  await sleep(3000)
  const idle = memoryOf(cloud.pids)
  process.stdout.write(
    `${'phase'.padEnd(32)}${'OpenStack'.padStart(10)}${'ours ms'.padStart(10)}${'ratio'.padStart(9)}${'goal'.padStart(7)}${'unit/s'.padStart(10)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}\n`,
  )
  const note: Note = async (name, run) => {
    const result = await run()
    if (!pattern.test(name)) return
    const text = line(name, result)
    if (text.includes('SHORT') || result.errors > 0) short += 1
    process.stdout.write(`${text}\n`)
  }
  const own = [
    identityPhases,
    imagePhases,
    networkPhases,
    placementPhases,
    computePhases,
    forestPhases,
    imageManyPhases,
    imageDataPhases,
    identityManyPhases,
  ]
  for (const phases of isBeside ? shared : own) await phases(cloud, note, seconds)
  const ratio = recorded.memory_start.pss_mib / idle
  process.stdout.write(
    `\nmemory at idle ${idle.toFixed(0)} MiB (PSS; OpenStack ${recorded.memory_start.pss_mib} MiB, ratio ${ratio.toFixed(1)}, goal ${goals['memory_pss'] ?? '–'}), after the run ${memoryOf(cloud.pids).toFixed(0)} MiB\n`,
  )
  process.stdout.write(short === 0 ? 'every goal is reached\n' : `${short} phases fall short\n`)
} finally {
  await cloud.down()
}
process.exit(short === 0 ? 0 : 1)
