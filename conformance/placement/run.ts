// The placement plugin of the real client at microversion 1.39: providers and what they have, then who may have it and who has it.
import { type Cloud, startCloud } from '../cloud.ts'
import { createOpenStack } from '../openstack.ts'
import { createChecks, type Tally } from '../tally.ts'
import { tryAllocations } from './allocations.ts'
import { tryProviders } from './providers.ts'

/** The cloud, its commands speaking the newest version the client knows. */
const atNewest = (cloud: Cloud): Cloud => ({
  ...cloud,
  run: (argv, options = {}) =>
    cloud.run(argv, { ...options, env: { OS_PLACEMENT_API_VERSION: '1.39', ...options.env } }),
})

/** Every command of the plugin on a simulated cloud of its own. */
export async function runPlacement(): Promise<Tally> {
  const checks = createChecks()
  const cloud = await startCloud('simulated')
  try {
    const trial = { openstack: createOpenStack(atNewest(cloud)), check: checks.check }
    await tryProviders(trial)
    await tryAllocations(trial)
  } finally {
    await cloud.down()
  }
  return checks.tally()
}
