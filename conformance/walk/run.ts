// The first hour with a new cloud, as the installation guides have it: from `token issue` to a server one can log in to, and back to nothing.
import { startCloud } from '../cloud.ts'
import { createOpenStack } from '../openstack.ts'
import { createChecks, type Tally } from '../tally.ts'
import { walkCompute } from './compute.ts'
import { walkIdentity } from './identity.ts'
import { walkImage } from './image.ts'
import { walkNetwork } from './network.ts'
import { walkOperators } from './operators.ts'

/** Walks on a cloud of its own, simulated or real. */
export async function runWalk(kind: 'simulated' | 'real'): Promise<Tally> {
  const checks = createChecks()
  const cloud = await startCloud(kind)
  try {
    const walk = { kind, cloud, openstack: createOpenStack(cloud), check: checks.check }
    await walkIdentity(walk)
    await walkOperators(walk)
    await walkImage(walk)
    await walkNetwork(walk)
    await walkCompute(walk)
    await checks.check('haneul status says that all is well', async () => {
      const { stdout, code } = await cloud.haneul(['status', '--json', '--state', cloud.state])
      if (code !== 0 || stdout.includes('"healthy":false')) throw new Error(stdout)
    })
  } finally {
    await cloud.down()
  }
  return checks.tally()
}
