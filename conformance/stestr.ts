// Test suites of OpenStack's own, run by its runner.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cloud } from './cloud.ts'
import { add, nothing, type Tally } from './tally.ts'

const python = '/usr/bin/python3'

/** The directory of a Python package. */
export async function homeOf(cloud: Cloud, name: string): Promise<string> {
  const code = `import os, ${name}; print(os.path.dirname(os.path.abspath(${name}.__file__)))`
  return (await cloud.run([python, '-c', code])).stdout.trim()
}

export type Selection = {
  /** Where the tests are found, and the directory that their package lies in. */
  readonly path: string
  readonly top: string
  /** What is run, and what of it is not: regular expressions over test ids. */
  readonly tests: string
  readonly except: string
  readonly concurrency: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Runs tests beside a cloud and prints those that failed.
 * @param work a directory for what the runner keeps
 */
export async function runStestr(cloud: Cloud, work: string, selection: Selection): Promise<Tally> {
  const { path, top, tests, except, concurrency } = selection
  writeFileSync(join(work, '.stestr.conf'), `[DEFAULT]\ntest_path=${path}\ntop_dir=${top}\ngroup_regex=([^\\.]*\\.)*\n`)
  const env = { OS_TEST_TIMEOUT: '180', PYTHON: python, PYTHONWARNINGS: 'ignore', ...selection.env }
  const stestr = (...argv: readonly string[]) =>
    cloud.run([python, '-m', 'stestr.cli', ...argv], { env, cwd: work, timeoutMs: 25 * 60_000 })
  await stestr('init')
  const run = await stestr('run', '--concurrency', concurrency, '--exclude-regex', except, tests)
  const failing = await stestr('failing', '--list')
  process.stdout.write(failing.stdout.replaceAll(/^(?=.)/gm, 'FAIL  '))
  const tally = tallyOf(run.stdout)
  if (tally.failed > 0) process.stdout.write(`${(run.stdout + run.stderr).slice(-20_000)}\n`)
  return tally
}

/** The totals that stestr ends with; a run without them has failed. */
function tallyOf(output: string): Tally {
  const number = (name: string): number => Number(new RegExp(` - ${name}: (\\d+)`).exec(output)?.[1] ?? 0)
  const tally = {
    passed: number('Passed'),
    failed: number('Failed') + number('Unexpected Success'),
    skipped: number('Skipped'),
  }
  process.stdout.write(`stestr: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`)
  return tally.passed === 0 ? add(nothing, { ...tally, failed: Math.max(1, tally.failed) }) : tally
}
