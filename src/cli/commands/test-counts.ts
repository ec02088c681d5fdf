export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export function sum(parts: readonly Counts[]): Counts {
  return parts.reduce(
    (total, part) => ({
      passed: total.passed + part.passed,
      failed: total.failed + part.failed,
      skipped: total.skipped + part.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

/** Counts of Vitest's JSON report. A run that failed without a failed test (a file that does not load, a crash) is one failure. */
export function countsOfVitest(report: string, exitCode: number): Counts {
  const parsed = parseObject(report)
  const number = (key: string): number => {
    const value = parsed[key]
    return typeof value === 'number' ? value : 0
  }
  const failed = number('numFailedTests')
  return {
    passed: number('numPassedTests'),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: number('numPendingTests') + number('numTodoTests'),
  }
}

/** Counts of a runner that ends its output with `N passed, N failed, N skipped`. */
export function countsOfLine(output: string, exitCode: number): Counts {
  const line = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1)
  if (line === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const failed = Number(line[2])
  return { passed: Number(line[1]), failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped: Number(line[3]) }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
