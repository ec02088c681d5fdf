// Real clients against a running cloud: `npm run conformance [suite …]`. Suites: walk, sdk, gophercloud, placement, placement-twin, image, federation, federation-saml, walk-real, tempest, tempest-keystone, faults. Default: all that this machine can run.
// Last line: `N passed, N failed, N skipped`. Imports nothing of the program: what it tests is a black box.
import { existsSync } from 'node:fs'
import { isRoot } from './cloud.ts'
import { runFaults } from './faults/run.ts'
import { runFederation } from './federation/run.ts'
import { runSaml } from './federation/saml.ts'
import { runImage } from './image/run.ts'
import { runPlacementTwin } from './placement-twin/run.ts'
import { runPlacement } from './placement/run.ts'
import { goPath, gophercloud, runGophercloud } from './gophercloud/run.ts'
import { runSdk } from './sdk/run.ts'
import { add, closingLine, nothing, type Tally } from './tally.ts'
import { runKeystoneTempest, runTempest } from './tempest/run.ts'
import { runWalk } from './walk/run.ts'

const has = (program: string): boolean =>
  ['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some((folder) => existsSync(`${folder}/${program}`))

const pythonHas = (path: string): boolean => existsSync(`/usr/lib/python3/dist-packages/${path}`)

const canRunGuests = (): boolean =>
  isRoot && ['openstack', 'ovs-vswitchd', 'ovn-northd', 'libvirtd', 'qemu-system-x86_64'].every(has)

/** Each suite, and whether this machine can run it. */
const suites: Readonly<Record<string, { readonly possible: () => boolean; readonly run: () => Promise<Tally> }>> = {
  walk: { possible: () => has('openstack'), run: () => runWalk('simulated') },
  sdk: {
    possible: () => has('openstack') && pythonHas('openstack/tests/functional') && pythonHas('requests_mock'),
    run: runSdk,
  },
  gophercloud: {
    possible: () => has('openstack') && has('go') && existsSync(`${goPath}/src/${gophercloud}/acceptance`),
    run: runGophercloud,
  },
  placement: { possible: () => has('openstack'), run: runPlacement },
  'placement-twin': { possible: () => has('placement-api') && has('uwsgi_python3'), run: runPlacementTwin },
  federation: { possible: () => has('openstack'), run: runFederation },
  'federation-saml': { possible: () => has('openstack') && has('openssl'), run: runSaml },
  image: { possible: () => ['openstack', 'glance', 'qemu-img'].every(has), run: runImage },
  tempest: { possible: () => has('openstack') && has('tempest'), run: runTempest },
  'tempest-keystone': {
    possible: () => has('tempest') && pythonHas('keystone_tempest_plugin'),
    run: runKeystoneTempest,
  },
  'walk-real': { possible: canRunGuests, run: () => runWalk('real') },
  faults: { possible: () => canRunGuests() && has('curl'), run: runFaults },
}

/** A suite whose cloud did not come up has failed; the others are still run. */
function couldNotRun(error: unknown): Tally {
  process.stdout.write(`FAIL  ${error instanceof Error ? error.message : String(error)}\n`)
  return { ...nothing, failed: 1 }
}

const asked = process.argv.slice(2)
let total = nothing
for (const name of asked.length > 0 ? asked : Object.keys(suites)) {
  const suite = suites[name]
  if (!suite) throw new Error(`no such suite: ${name} (${Object.keys(suites).join(', ')})`)
  process.stdout.write(`\n=== ${name}\n`)
  if (suite.possible()) total = add(total, await suite.run().catch(couldNotRun))
  else {
    process.stdout.write('skipped: this machine lacks what it needs\n')
    total = add(total, { ...nothing, skipped: 1 })
  }
}
process.stdout.write(`\n${closingLine(total)}\n`)
process.exitCode = total.failed === 0 ? 0 : 1
