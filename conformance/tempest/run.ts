// OpenStack's own integration tests on a simulated cloud: the smoke set, for the services that there are, and all of images;
// and the API of federation, from Keystone's plugin.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../cloud.ts'
import { homeOf, runStestr, type Selection } from '../stestr.ts'
import type { Tally } from '../tally.ts'
import { cloudConfig, imagePolicy, writeTempestConfig } from './config.ts'

type Tests = Pick<Selection, 'tests' | 'except' | 'concurrency'>

const usual: Tests = {
  tests: '\\bsmoke\\b|^tempest\\.api\\.image\\.',
  // It needs a guest that answers: the walk on a real cloud shows that.
  except: 'test_network_basic_ops',
  concurrency: '4',
}
const keystone: Tests = {
  // Its tests of rules are of an earlier Keystone: `policy.fixture.json` of identity has those of today.
  tests: '^keystone_tempest_plugin\\.tests\\.api',
  // Nothing.
  except: '^$',
  concurrency: '2',
}

/** The smoke set, and images. */
export const runTempest = (): Promise<Tally> => runTests(usual)

/** The plugin of Keystone. */
export const runKeystoneTempest = (): Promise<Tally> => runTests(keystone)

/** Runs tests on a cloud of their own. */
async function runTests(tests: Tests): Promise<Tally> {
  const secondStore = mkdtempSync(join(tmpdir(), 'haneul-tempest-store-'))
  const policy = join(secondStore, '.policy.yaml')
  writeFileSync(policy, imagePolicy)
  const cloud = await startCloud('simulated', cloudConfig(secondStore, policy))
  const work = join(cloud.state, 'tempest')
  for (const folder of ['etc', 'lock', 'logs']) mkdirSync(join(work, folder), { recursive: true })
  try {
    await writeTempestConfig(cloud, work)
    const home = await homeOf(cloud, 'tempest')
    const env = { TEMPEST_CONFIG_DIR: join(work, 'etc'), TEMPEST_CONFIG: 'tempest.conf' }
    return await runStestr(cloud, work, { path: `${home}/test_discover`, top: home, env, ...tests })
  } finally {
    await cloud.down()
    rmSync(secondStore, { recursive: true, force: true })
  }
}
