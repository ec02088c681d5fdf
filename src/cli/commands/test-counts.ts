import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What failed, a line each, where its runner says. */
  readonly failures: readonly string[]
}

export function sum(parts: readonly Counts[]): Counts {
  return parts.reduce(
    (total, part) => ({
      passed: total.passed + part.passed,
      failed: total.failed + part.failed,
      skipped: total.skipped + part.skipped,
      failures: [...total.failures, ...part.failures],
    }),
    { passed: 0, failed: 0, skipped: 0, failures: [] },
  )
}

const Report = Type.Object({
  numPassedTests: Type.Number(),
  numFailedTests: Type.Number(),
  numPendingTests: Type.Number(),
  numTodoTests: Type.Number(),
  testResults: Type.Array(
    Type.Object({
      name: Type.String(),
      status: Type.String(),
      assertionResults: Type.Array(
        Type.Object({
          fullName: Type.String(),
          status: Type.String(),
          failureMessages: Type.Optional(Type.Array(Type.String())),
        }),
      ),
    }),
  ),
})

/** Counts of Vitest's JSON report. A run that failed without a failed test (a file that does not load, a crash) is one failure. */
export function countsOfVitest(report: string, exitCode: number): Counts {
  const parsed = parseReport(report)
  if (parsed === undefined) return { passed: 0, failed: 1, skipped: 0, failures: ['no report of its tests'] }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed
  return {
    passed: numPassedTests,
    failed: numFailedTests === 0 && exitCode !== 0 ? 1 : numFailedTests,
    skipped: numPendingTests + numTodoTests,
    failures: testResults.flatMap(({ name, status, assertionResults }) => {
      const failed = assertionResults.filter((result) => result.status === 'failed')
      if (failed.length === 0) return status === 'failed' ? [`${name}: did not load`] : []
      return failed.map(
        ({ fullName, failureMessages = [] }) => `${name}: ${fullName}: ${firstLine(failureMessages[0])}`,
      )
    }),
  }
}

/** Counts of a runner that ends its output with `N passed, N failed, N skipped`, and has a line `FAIL …` for each failure. */
export function countsOfLine(output: string, exitCode: number): Counts {
  const line = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1)
  const failures = [...output.matchAll(/^FAIL +(.*)$/gm)].map(([, name = '']) => name)
  if (line === undefined)
    return { passed: 0, failed: 1, skipped: 0, failures: [...failures, 'did not come to its end'] }
  const failed = Number(line[2])
  return {
    passed: Number(line[1]),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: Number(line[3]),
    failures,
  }
}

const firstLine = (text = ''): string => (text.split('\n')[0] ?? '').slice(0, 300)

function parseReport(text: string): Static<typeof Report> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(Report, value) ? value : undefined
  } catch {
    return undefined
  }
}
