// The same requests to this cloud and to the real Placement, at every version that changed something: every answer must be alike,
// words and all. Then worlds and searches drawn from a seed, whose candidates must be the same.
import { join } from 'node:path'
import { startCloud } from '../cloud.ts'
import { expectThat, type Tally } from '../tally.ts'

/** A cloud without hosts: what is in Placement is what the suite puts there. */
const config = `address: 127.0.0.1
region: RegionOne
hypervisor: simulated
network: simulated
simulated:
  hosts: 0
`

/** Runs the suite; the real Placement runs in the cloud's network namespace. */
export async function runPlacementTwin(): Promise<Tally> {
  const cloud = await startCloud('simulated', config)
  try {
    const driver = join(import.meta.dirname, 'driver.ts')
    const { stdout, stderr } = await cloud.run([process.execPath, driver, cloud.state], { timeoutMs: 900_000 })
    process.stdout.write(stdout)
    const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed, (\d+) skipped\n$/m.exec(stdout) ?? []
    expectThat(passed !== undefined, stderr)
    return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) }
  } finally {
    await cloud.down()
  }
}
