// Runs inside the cloud's network namespace, with its administrator's environment: `driver.ts STATE_DIRECTORY`.
import { closingLine, createChecks, expectThat } from '../tally.ts'
import { visitAllocations, visitReshaper, visitUsages } from './allocations.ts'
import { visitAggregates, visitInventories, visitNames } from './belongings.ts'
import { searchWorld, visitCandidates } from './candidates.ts'
import type { Side } from './exchange.ts'
import { visitEdges, visitProviders } from './providers.ts'
import { startPlacement } from './service.ts'
import { createTour, NEWEST, type Tour } from './tour.ts'
import { createTwin } from './twin.ts'

/** What is visited, and the versions on both sides of each change of it. */
const visits: readonly { name: string; visit: (tour: Tour) => Promise<void>; minors: readonly number[] }[] = [
  { name: 'versions, types, paths', visit: visitEdges, minors: [10, 22, 39] },
  { name: 'resource providers', visit: visitProviders, minors: [0, 4, 14, 18, 22, 32, 37, 39] },
  { name: 'inventories', visit: visitInventories, minors: [4, 25, 39] },
  { name: 'traits and resource classes', visit: visitNames, minors: [1, 6, 7, 39] },
  { name: 'aggregates', visit: visitAggregates, minors: [1, 18, 19, 39] },
  { name: 'allocations', visit: visitAllocations, minors: [0, 8, 12, 13, 28, 37, 39] },
  { name: 'usages', visit: visitUsages, minors: [8, 37, 39] },
  { name: 'reshaper', visit: visitReshaper, minors: [29, 30, 34, 39] },
  { name: 'candidates', visit: visitCandidates, minors: [9, 11, 16, 21, 25, 30, 33, 35, 39] },
]
/** Worlds are drawn anew each day; the seed of a failure is in its name. */
const firstSeed = Math.floor(Date.now() / 86_400_000)
const worlds = 8
const searches = 50

/** An administrator of the cloud who may reshape, too. */
async function logIn(): Promise<Side> {
  const { OS_AUTH_URL: identity, OS_PASSWORD: password } = process.env
  const user = { name: 'admin', domain: { id: 'default' }, password }
  const scope = { project: { name: 'admin', domain: { id: 'default' } } }
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope } })
  const issue = () => fetch(`${identity}/auth/tokens`, { method: 'POST', headers, body })
  const first = await issue()
  const { token }: { token: { user: { id: string }; project: { id: string } } } = JSON.parse(await first.text())
  const admin = { 'x-auth-token': first.headers.get('x-subject-token') ?? '' }
  const found = await fetch(`${identity}/roles?name=service`, { headers: admin })
  const { roles }: { roles: readonly { id: string }[] } = JSON.parse(await found.text())
  const grant = `${identity}/projects/${token.project.id}/users/${token.user.id}/roles/${roles[0]?.id ?? ''}`
  await fetch(grant, { method: 'PUT', headers: admin })
  const second = await issue()
  return { port: 8778, headers: { 'x-auth-token': second.headers.get('x-subject-token') ?? '' } }
}

const [, , state = ''] = process.argv
const { check, tally } = createChecks()
const placement = await startPlacement(state)
try {
  const twin = createTwin(await logIn(), placement.side)
  const compare = (name: string, minor: number, act: (tour: Tour) => Promise<void>) =>
    check(name, async () => {
      const tour = createTour(twin, minor)
      await act(tour)
      await tour.end()
      const { compared, differences } = twin.verdict()
      const [first = ''] = differences
      expectThat(differences.length === 0, `${differences.length} of ${compared} answers differ, first:\n${first}`)
    })
  for (const { name, visit, minors } of visits) {
    for (const minor of minors) await compare(`${name} at 1.${minor}`, minor, visit)
  }
  for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
    await compare(`searches of world ${seed}`, NEWEST, (tour) => searchWorld(tour, seed, searches))
  }
} finally {
  placement.stop()
}
process.stdout.write(`${closingLine(tally())}\n`)
// Connections that are kept alive would keep the process.
process.exit(0)
