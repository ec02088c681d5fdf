// OpenStack's own integration tests on a simulated cloud: the smoke set, for the services that there are, and all of images;
// and the API of federation, from Keystone's plugin.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../cloud.ts'
import { add, nothing, type Tally } from '../tally.ts'
import { cloudConfig, imagePolicy, writeTempestConfig } from './config.ts'

/** What is run, and what of it is not: regular expressions over test ids. */
type Selection = { readonly tests: string; readonly except: string; readonly concurrency: string }

const usual: Selection = {
  tests: '\\bsmoke\\b|^tempest\\.api\\.image\\.',
  // It needs a guest that answers: the walk on a real cloud shows that.
  except: 'test_network_basic_ops',
  concurrency: '4',
}
const keystone: Selection = {
  // Its tests of rules are of an earlier Keystone: `policy.fixture.json` of identity has those of today.
  tests: '^keystone_tempest_plugin\\.tests\\.api',
  // Nothing.
  except: '^$',
  concurrency: '2',
}
const python = '/usr/bin/python3'

/** The smoke set, and images. */
export const runTempest = (): Promise<Tally> => runSelection(usual)

/** The plugin of Keystone. */
export const runKeystoneTempest = (): Promise<Tally> => runSelection(keystone)

/** Runs tests on a cloud of their own; prints those that failed. */
async function runSelection({ tests, except, concurrency }: Selection): Promise<Tally> {
  const secondStore = mkdtempSync(join(tmpdir(), 'haneul-tempest-store-'))
  const policy = join(secondStore, '.policy.yaml')
  writeFileSync(policy, imagePolicy)
  const cloud = await startCloud('simulated', cloudConfig(secondStore, policy))
  const work = join(cloud.state, 'tempest')
  for (const folder of ['etc', 'lock', 'logs']) mkdirSync(join(work, folder), { recursive: true })
  try {
    await writeTempestConfig(cloud, work)
    const found = await cloud.run([
      python,
      '-c',
      'import os, tempest; print(os.path.dirname(os.path.abspath(tempest.__file__)))',
    ])
    const home = found.stdout.trim()
    writeFileSync(
      join(work, '.stestr.conf'),
      `[DEFAULT]\ntest_path=${home}/test_discover\ntop_dir=${home}\ngroup_regex=([^\\.]*\\.)*\n`,
    )
    const env = {
      TEMPEST_CONFIG_DIR: join(work, 'etc'),
      TEMPEST_CONFIG: 'tempest.conf',
      OS_TEST_TIMEOUT: '180',
      PYTHON: python,
      PYTHONWARNINGS: 'ignore',
    }
    const stestr = (...argv: readonly string[]) =>
      cloud.run([python, '-m', 'stestr.cli', ...argv], { env, cwd: work, timeoutMs: 25 * 60_000 })
    await stestr('init')
    const run = await stestr('run', '--concurrency', concurrency, '--exclude-regex', except, tests)
    writeFileSync(join(work, 'run.log'), run.stdout + run.stderr)
    const failing = await stestr('failing', '--list')
    process.stdout.write(failing.stdout.replaceAll(/^(?=.)/gm, 'FAIL  '))
    if (failing.stdout !== '') process.stdout.write(`${readFileSync(join(work, 'run.log'), 'utf8').slice(-20_000)}\n`)
    return tallyOf(run.stdout)
  } finally {
    await cloud.down()
    rmSync(secondStore, { recursive: true, force: true })
  }
}

/** The totals that stestr ends with; a run without them has failed. */
function tallyOf(output: string): Tally {
  const number = (name: string): number => Number(new RegExp(` - ${name}: (\\d+)`).exec(output)?.[1] ?? 0)
  const tally = {
    passed: number('Passed'),
    failed: number('Failed') + number('Unexpected Success'),
    skipped: number('Skipped'),
  }
  process.stdout.write(`tempest: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`)
  return tally.passed === 0 ? add(nothing, { ...tally, failed: Math.max(1, tally.failed) }) : tally
}
