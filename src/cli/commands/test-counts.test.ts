import { expect, test } from 'vitest'
import { countsOfLine, countsOfVitest, sum } from './test-counts.ts'

test("Vitest's report is counted; what is missing counts as failed", () => {
  const report = JSON.stringify({ numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 })
  expect(countsOfVitest(report, 0)).toEqual({ passed: 7, failed: 0, skipped: 3 })
  expect(countsOfVitest(report, 1)).toEqual({ passed: 7, failed: 1, skipped: 3 })
  expect(countsOfVitest('', 137)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('the last counting line of a runner is its result', () => {
  expect(countsOfLine('1 passed, 0 failed, 0 skipped\nmore\n5 passed, 1 failed, 2 skipped\n', 1)).toEqual({
    passed: 5,
    failed: 1,
    skipped: 2,
  })
  expect(countsOfLine('5 passed, 0 failed, 2 skipped\n', 1)).toEqual({ passed: 5, failed: 1, skipped: 2 })
  expect(countsOfLine('crashed', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('parts add up', () => {
  expect(
    sum([
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ]),
  ).toEqual({ passed: 11, failed: 22, skipped: 33 })
})
