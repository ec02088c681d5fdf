import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type LockPackages, missingOptionalPackages, optionalEntry } from './optional-packages.ts'

test('package-lock.json is one that npm ci takes (else: node tools/lock/complete.ts)', () => {
  const lock: { packages: LockPackages } = JSON.parse(
    readFileSync(path.join(import.meta.dirname, '../../package-lock.json'), 'utf8'),
  )
  expect(missingOptionalPackages(lock.packages).map(({ path }) => path)).toEqual([])
})

test('no package needs a script of its own to be installed: .npmrc lets none run, so that a machine without a compiler will do', () => {
  const { packages }: { packages: Readonly<Record<string, { hasInstallScript?: boolean }>> } = JSON.parse(
    readFileSync(path.join(import.meta.dirname, '../../package-lock.json'), 'utf8'),
  )
  expect(Object.keys(packages).filter((name) => packages[name]?.hasInstallScript)).toEqual([])
})

test('what is missing is found where Node would look for it', () => {
  const packages: LockPackages = {
    '': {},
    'node_modules/a': {
      version: '1.0.0',
      dev: true,
      optionalDependencies: { 'a-linux-x64': '1.0.0', 'a-win32-arm64': '1.0.0' },
    },
    'node_modules/a-linux-x64': { version: '1.0.0' },
    'node_modules/b': {
      version: '2.0.0',
      optionalDependencies: { 'a-linux-x64': '2.0.0', 'a-linux-x64-musl': '2.0.0' },
    },
    'node_modules/b/node_modules/a-linux-x64': { version: '2.0.0' },
    'node_modules/c': {
      version: '1.0.0',
      optionalDependencies: { 'a-linux-x64': '^1.0.0', '@d/x-darwin-x64': '3.0.0' },
    },
  }
  const missing = missingOptionalPackages(packages)
  expect(missing.map(({ path }) => path)).toEqual([
    'node_modules/a-win32-arm64',
    'node_modules/a-linux-x64-musl',
    'node_modules/@d/x-darwin-x64',
  ])
  expect(missing.map(optionalEntry)).toEqual([
    { version: '1.0.0', cpu: ['arm64'], dev: true, optional: true, os: ['win32'] },
    { version: '2.0.0', cpu: ['x64'], libc: ['musl'], optional: true, os: ['linux'] },
    { version: '3.0.0', cpu: ['x64'], optional: true, os: ['darwin'] },
  ])
})
