import { expect, test } from 'vitest'
import { countsOfLine, countsOfVitest, sum } from './test-counts.ts'

test("Vitest's report is counted, and what failed is named; a missing report counts as failed", () => {
  const totals = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 }
  const fine = JSON.stringify({ ...totals, testResults: [] })
  expect(countsOfVitest(fine, 0)).toEqual({ passed: 7, failed: 0, skipped: 3, failures: [] })
  expect(countsOfVitest(fine, 1)).toEqual({ passed: 7, failed: 1, skipped: 3, failures: [] })
  const broken = JSON.stringify({
    ...totals,
    numFailedTests: 1,
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'it works', status: 'failed', failureMessages: ['Error: it does not\n    at here'] },
          { fullName: 'it is there', status: 'passed' },
        ],
      },
      { name: 'b.test.ts', status: 'failed', assertionResults: [] },
    ],
  })
  expect(countsOfVitest(broken, 1)).toMatchObject({
    failed: 1,
    failures: ['a.test.ts: it works: Error: it does not', 'b.test.ts: did not load'],
  })
  expect(countsOfVitest('', 137)).toMatchObject({ passed: 0, failed: 1, skipped: 0 })
})

test('the last counting line of a runner is its result; lines of failures are kept', () => {
  expect(countsOfLine('1 passed, 0 failed, 0 skipped\nFAIL  more\n5 passed, 1 failed, 2 skipped\n', 1)).toEqual({
    passed: 5,
    failed: 1,
    skipped: 2,
    failures: ['more'],
  })
  expect(countsOfLine('5 passed, 0 failed, 2 skipped\n', 1)).toMatchObject({ passed: 5, failed: 1, skipped: 2 })
  expect(countsOfLine('crashed', 1)).toMatchObject({ passed: 0, failed: 1, skipped: 0 })
})

test('parts add up', () => {
  expect(
    sum([
      { passed: 1, failed: 2, skipped: 3, failures: ['a', 'b'] },
      { passed: 10, failed: 20, skipped: 30, failures: ['c'] },
    ]),
  ).toEqual({ passed: 11, failed: 22, skipped: 33, failures: ['a', 'b', 'c'] })
})
