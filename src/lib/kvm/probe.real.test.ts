import { expect, test } from 'vitest'
import { bootsWith } from './probe.ts'

test('the probe tells a working accelerator: TCG runs the boot sector anywhere', async () => {
  expect(await bootsWith('tcg', 20_000)).toBe(true)
})

test('too short a limit is a no, not an error', async () => {
  expect(await bootsWith('tcg', 1)).toBe(false)
})
