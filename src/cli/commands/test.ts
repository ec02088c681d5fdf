// Runs every test of the project and sums them up. The last line is read by machines: `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { checkoutDirectory } from '../home.ts'
import { ensurePackages, testPackages } from '../host/packages.ts'
import { parseOptions, refuseExtra } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { type Counts, countsOfLine, countsOfVitest, sum } from './test-counts.ts'

const wholeMs = 55 * 60 * 1000

/** Installs what the tests need (as root), then runs checks, unit tests, tests on real engines and conformance. */
export async function test(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { positionals } = parseOptions(argv, {}, terminal)
  refuseExtra(positionals, terminal)
  const deadline = performance.now() + wholeMs
  const home = checkoutDirectory()
  if (process.getuid?.() === 0) await ensurePackages(testPackages, true, terminal)

  const part = async (name: string, work: () => Promise<Counts>): Promise<Counts> => {
    terminal.note(`\n=== ${terminal.text.testPart(name)}`)
    try {
      return await work()
    } catch (error) {
      // A part that cannot even be started has failed; the others still run.
      terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error))
      return one(name, false)
    }
  }
  const command = (line: readonly [string, ...string[]]): Promise<Finished> =>
    runShown(line, home, Math.ceil(Math.max(1000, deadline - performance.now())))

  const counts = [
    await part('check', async () => one('check', (await command(['npm', 'run', '--silent', 'check'])).code === 0)),
    await part('unit', () => vitest(['architecture', 'unit'], command)),
    await part('mariadb', () => vitest(['mariadb'], command)),
    await part('real', () => vitest(['real'], command)),
  ]
  if (existsSync(path.join(home, 'conformance/run.ts'))) {
    counts.push(
      await part('conformance', async () => {
        const { code, stdout } = await command([process.execPath, 'conformance/run.ts'])
        return countsOfLine(stdout, code)
      }),
    )
  }
  const total = sum(counts)
  // Once more at the end: the output before it is long, and what keeps it may keep its end only.
  if (total.failures.length > 0) terminal.note(`\n=== ${terminal.text.testFailures}\n${total.failures.join('\n')}\n`)
  terminal.say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return total.failed === 0 ? 0 : 1
}

function one(name: string, passed: boolean): Counts {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, failures: passed ? [] : [name] }
}

async function vitest(
  projects: readonly string[],
  command: (line: readonly [string, ...string[]]) => Promise<Finished>,
): Promise<Counts> {
  const directory = await mkdtemp(path.join(tmpdir(), 'haneul-test-'))
  try {
    const report = path.join(directory, 'report.json')
    const { code } = await command([
      'vitest',
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    return countsOfVitest(await readFile(report, 'utf8').catch(() => ''), code)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface Finished {
  readonly code: number
  readonly stdout: string
}

/** Runs a command with its output shown and kept; killed when its time is up. */
function runShown(line: readonly [string, ...string[]], home: string, timeoutMs: number): Promise<Finished> {
  const [file, ...args] = line
  const env = { ...process.env, PATH: `${path.join(home, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` }
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      process.stdout.write(chunk)
    })
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(chunks).toString('utf8') }))
  })
}
