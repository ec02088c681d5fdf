import { expect, it } from 'vitest'
import { hoursIn, readPeriod } from './rules.ts'

const hour = 3_600_000
const now = Date.parse('2026-11-21T03:00:00Z')

it('a period is what the query says, and now where it does not', () => {
  const read = (query: string) => readPeriod(new URLSearchParams(query), now)
  expect(read('')).toEqual({ start: now, stop: now })
  expect(read('start=2026-11-21T02:00:00')).toEqual({ start: now - hour, stop: now })
  expect(read('start=2026-11-21 01:00:00.500000&end=2026-11-21T02:00:00.0')).toEqual({
    start: now - 2 * hour + 500,
    stop: now - hour,
  })
  expect(() => read('end=2026-11-21T02:00:00')).toThrow('The start time cannot occur after the end time.')
  for (const bad of ['yesterday', '2026-11-21', '2026-11-21T02:00', '2026-13-21T02:00:00', '2026-11-21T02:00:00Z']) {
    expect(() => read(`start=${bad}`)).toThrow(`time data '${bad}' does not match format`)
  }
})

it('a server counts for the hours of the period in which it was there', () => {
  const period = { start: 10 * hour, stop: 20 * hour }
  expect(hoursIn(period, 0, null)).toBe(10)
  expect(hoursIn(period, 15 * hour, null)).toBe(5)
  expect(hoursIn(period, 0, 12 * hour)).toBe(2)
  expect(hoursIn(period, 11 * hour, 12.5 * hour)).toBe(1.5)
  expect(hoursIn(period, 0, 5 * hour)).toBe(0)
  expect(hoursIn(period, 25 * hour, null)).toBe(0)
})
